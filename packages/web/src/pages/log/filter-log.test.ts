import { describe, expect, test } from "vitest";
import { filterLog, findFirstError, type NumberedLine, renderLog } from "./filter-log.ts";

const LINES: readonly NumberedLine[] = [
  { number: 1, at: "2026-01-01T00:00:00Z", level: "debug", text: "connect" },
  { number: 2, at: null, level: "info", text: "\u001b[32mLoaded\u001b[0m rows" },
  { number: 3, at: null, level: "error", text: "Database Error" },
];

const numbers = (lines: readonly NumberedLine[]) => lines.map(({ number }) => number);

describe("filterLog()", () => {
  test("shows a level and all above it", () => {
    expect(numbers(filterLog(LINES, { search: "", level: "info" }))).toEqual([2, 3]);
  });

  test("finds text across colours, whatever the case", () => {
    expect(numbers(filterLog(LINES, { search: "loaded rows", level: "debug" }))).toEqual([2]);
  });

  test("without a filter returns the same lines", () => {
    expect(filterLog(LINES, { search: "", level: "debug" })).toBe(LINES);
  });
});

test("the first error is found by its level", () => {
  expect(findFirstError(LINES)).toBe(3);
  expect(findFirstError([])).toBeUndefined();
});

test("a copied log has no colours in it", () => {
  expect(renderLog(LINES)).toBe(
    "2026-01-01T00:00:00Z DEBUG connect\nINFO Loaded rows\nERROR Database Error\n",
  );
});
