import { describe, expect, test } from "vitest";
import {
  renderDateTime,
  renderExact,
  renderMoment,
  renderRelative,
  renderRunTime,
  renderShort,
  renderZone,
} from "./time.ts";

const NOW = new Date("2026-11-22T08:12:40Z");

describe("renderRelative()", () => {
  test.each([
    ["2026-11-22T08:12:40Z", "just now"],
    ["2026-11-22T08:12:10Z", "30 s ago"],
    ["2026-11-22T08:00:00Z", "12 min ago"],
    ["2026-11-22T09:00:40Z", "in 48 min"],
    ["2026-11-22T03:12:40Z", "5 h ago"],
    ["2026-11-21T08:12:40Z", "1 day ago"],
    ["2026-11-13T08:12:40Z", "9 days ago"],
  ])("%s is %s", (at, text) => {
    expect(renderRelative(at, NOW)).toBe(text);
  });
});

test("a short time names the day only when it is another", () => {
  expect(renderShort("2026-11-22T07:01:00Z", NOW)).toBe("07:01");
  expect(renderShort("2026-11-21T23:00:00Z", NOW)).toBe("21 Nov 23:00");
  expect(renderShort("2026-11-21T23:30:00Z", NOW, "Europe/Berlin")).toBe("00:30");
});

test("a time of another year says so, and a moment has its seconds", () => {
  expect(renderShort("2025-11-22T07:01:00Z", NOW)).toBe("22 Nov 2025 07:01");
  expect(renderMoment("2026-11-22T07:01:09Z", NOW)).toBe("07:01:09");
  expect(renderMoment("2025-01-01T00:00:00Z", NOW)).toBe("1 Jan 2025 00:00:00");
});

test("a run off the full minute is named to the second: several may begin within one", () => {
  expect(renderRunTime("2026-11-22T07:01:00Z", NOW)).toBe("07:01");
  expect(renderRunTime("2026-11-22T07:01:09Z", NOW)).toBe("07:01:09");
  expect(renderRunTime("2026-11-21T07:01:00.250Z", NOW)).toBe("21 Nov 07:01:00");
});

test("a date and time has seconds where they are not nought", () => {
  expect(renderDateTime("2026-11-22T07:01:00Z")).toBe("2026-11-22 07:01");
  expect(renderDateTime("2026-11-22T07:01:09.250Z")).toBe("2026-11-22 07:01:09");
});

test("an exact time names each zone once", () => {
  expect(
    renderExact("2026-11-22T08:06:30Z", { local: "Europe/Berlin", dag: "Europe/Berlin" }),
  ).toBe("22 Nov 2026, 08:06:30 UTC\n22 Nov 2026, 09:06:30 Europe/Berlin, local");
  expect(renderExact("2026-11-22T08:06:30Z", { local: "UTC" })).toBe("22 Nov 2026, 08:06:30 UTC");
});

test("a zone is called by its city", () => {
  expect(renderZone("America/New_York")).toBe("New York");
});
