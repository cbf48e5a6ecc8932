import { describe, expect, test } from "vitest";
import { renderWhen } from "./render-when.ts";

describe("renderWhen() (U18)", () => {
  test.each([
    ["2026-01-01T12:01:00Z", "UTC", "1 Jan 2026, 12:01 UTC"],
    ["2026-01-01T12:01:05Z", "UTC", "1 Jan 2026, 12:01:05 UTC"],
    ["2026-07-01T00:00:00Z", "Europe/Berlin", "1 Jul 2026, 02:00 Berlin (00:00 UTC)"],
    ["2026-01-01T01:00:00Z", "Europe/Berlin", "1 Jan 2026, 02:00 Berlin (01:00 UTC)"],
    [
      "2026-01-01T02:00:00Z",
      "America/New_York",
      "31 Dec 2025, 21:00 New York (1 Jan 2026, 02:00 UTC)",
    ],
  ])("%s in %s is %s", (at, zone, words) => {
    expect(renderWhen(new Date(at), zone)).toBe(words);
  });
});
