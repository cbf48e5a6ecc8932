import { expect, test } from "vitest";
import { createScryptHasher } from "./password.ts";
import { queueHasher } from "./queue-hasher.ts";

/** Hashes that end when they are told to. */
function openSlowHasher() {
  const open: (() => void)[] = [];
  const wait = () => new Promise<void>((resolve) => open.push(resolve));
  return {
    open,
    hasher: {
      ...createScryptHasher(4),
      hash: async (password: string) => {
        await wait();
        if (password === "broken") throw new Error("broken");
        return password;
      },
    },
  };
}

/** Lets everything happen that waits for nothing outside. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

test("few hash at once, few wait, and whoever comes then is told when to come again (S4)", async () => {
  const { open, hasher } = openSlowHasher();
  const queue = queueHasher(hasher, { atOnce: 2, waiting: 3 });
  const first = ["a", "b", "c", "d", "e"].map((password) => queue.hash(password));
  await settle();
  expect(open).toHaveLength(2);
  await expect(queue.hash("f")).rejects.toMatchObject({
    code: "auth.busy",
    details: { retryAfterS: 5 },
  });
  for (let ended = 0; ended < 5; ended += 1) {
    expect(open.length).toBeLessThanOrEqual(ended + 2);
    open[ended]?.();
    await first[ended];
    await settle();
  }
  expect(await Promise.all(first)).toEqual(["a", "b", "c", "d", "e"]);
});

test("one that fails makes room for the next", async () => {
  const { open, hasher } = openSlowHasher();
  const queue = queueHasher(hasher, { atOnce: 1, waiting: 1 });
  const [broken, next] = [queue.hash("broken"), queue.hash("good")];
  await settle();
  open[0]?.();
  await expect(broken).rejects.toThrow("broken");
  await settle();
  open[1]?.();
  expect(await next).toBe("good");
});
