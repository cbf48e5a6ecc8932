import { FakeClock, NOW } from "@airloom/testkit";
import { expect, test } from "vitest";
import { addressKeyOf } from "./address-key.ts";
import { RateLimit } from "./rate-limit.ts";

test("an event is counted when it is taken, and given back where it was none (S4)", () => {
  const clock = new FakeClock(NOW);
  const limit = new RateLimit(clock, 2);
  const first = limit.take("a");
  clock.advance(10_000);
  limit.take("a");
  expect(limit.take("a")).toEqual({ isWithin: false, retryAfterS: 50 });
  expect(limit.take("b").isWithin).toBe(true);
  if (first.isWithin) first.giveBack();
  expect(limit.take("a").isWithin).toBe(true);
  clock.advance(60_000);
  expect(limit.take("a").isWithin).toBe(true);
});

test("many other keys do not have one forgotten that is still used", () => {
  const limit = new RateLimit(new FakeClock(NOW), 3);
  limit.take("a");
  for (let other = 0; other < 9_000; other += 1) limit.take(`first ${other}`);
  limit.take("a");
  for (let other = 0; other < 9_000; other += 1) limit.take(`second ${other}`);
  limit.take("a");
  expect(limit.take("a").isWithin).toBe(false);
});

test.each([
  ["10.0.0.1", "10.0.0.1"],
  ["::ffff:10.0.0.1", "10.0.0.1"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:0DB8:0001:0002::9", "2001:db8:1:2::/64"],
  ["::1", "0:0:0:0::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
])("%s is counted as %s", (address, key) => {
  expect(addressKeyOf(address)).toBe(key);
});
