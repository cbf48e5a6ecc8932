import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AirloomError } from "./error.ts";
import { parseRunId, readRunId, renderRunId } from "./run-id.ts";
import { RUN_TYPES } from "./state.ts";

const HOSTILE = ["a", "é", ".", "/", "\\", " ", "\0", "\n", "\u202e", "\ud800", "%2e", "~", "-"];

describe("renderRunId()", () => {
  test("writes dates as Airflow does", () => {
    expect(renderRunId("scheduled", new Date("2026-11-22T00:00:00Z"))).toBe(
      "scheduled__2026-11-22T00:00:00+00:00",
    );
    expect(renderRunId("manual", new Date("2026-11-22T01:02:03.045Z"))).toBe(
      "manual__2026-11-22T01:02:03.045+00:00",
    );
  });

  test("is read back by readRunId(), and accepted by parseRunId()", () => {
    const dates = fc.date({ min: new Date(0), max: new Date("9999-01-01"), noInvalidDate: true });
    fc.assert(
      fc.property(fc.constantFrom(...RUN_TYPES), dates, (runType, at) => {
        const runId = parseRunId(renderRunId(runType, at));
        expect(readRunId(runId)).toEqual({ runType, at });
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("readRunId()", () => {
  test.each(["nightly", "manual__tomorrow", "weekly__2026-01-01", "manual__2026-01-01__again"])(
    "makes nothing of %s",
    (runId) => {
      expect(readRunId(runId)).toBeUndefined();
    },
  );
});

describe("parseRunId()", () => {
  test.each([
    "nightly",
    "manual__2026-01-01T00:00:00+00:00",
    "Ünïcode 1",
    "a.b-c_d~",
    "x".repeat(250),
  ])("takes %s", (runId) => {
    expect(parseRunId(runId)).toBe(runId);
  });

  test.each([
    ["", "it is empty"],
    ["../etc/passwd", "slashes, backslashes and control characters"],
    ["a..b", "two dots in a row"],
    ["a\\b", "backslashes"],
    ["a\u0000b", "control characters"],
    ["a\nb", "control characters"],
    ["a\u202eb", "control characters"],
    ["a\ud800", "control characters"],
    [" a", "white space"],
    [".", "name for a folder"],
    ["x".repeat(251), "it is 251 characters long, at most 250 are allowed"],
  ])("refuses %j", (runId, fault) => {
    expect(() => parseRunId(runId)).toThrow(fault);
    expect(() => parseRunId(runId)).toThrow(expect.objectContaining({ code: "run.bad_id" }));
  });

  test("never lets through what could leave a folder", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...HOSTILE), { maxLength: 12 }), (parts) => {
        const text = parts.join("");
        try {
          const runId = parseRunId(text);
          return !["/", "\\", "..", "\0"].some((part) => runId.includes(part));
        } catch (error) {
          return error instanceof AirloomError && error.code === "run.bad_id";
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
