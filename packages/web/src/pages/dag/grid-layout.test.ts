import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { GRID } from "../../../testing/flights-grid.ts";
import { RUNS } from "../../../testing/flights-runs.ts";
import { columnLabels, moveBy, nameCell, sharesOf } from "./grid-layout.ts";

describe("moveBy()", () => {
  const key = fc.constantFrom("ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End");

  test("never leaves the grid", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 40 }),
        fc.array(key, { maxLength: 30 }),
        (rows, columns, keys) => {
          let place = { row: 0, column: 0 };
          for (const name of keys) place = moveBy(name, place, { rows, columns }) ?? place;
          expect(place.row).toBeGreaterThanOrEqual(0);
          expect(place.row).toBeLessThan(rows);
          expect(place.column).toBeGreaterThanOrEqual(0);
          expect(place.column).toBeLessThan(columns);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test("leaves other keys to the browser", () => {
    expect(moveBy("Tab", { row: 0, column: 0 }, { rows: 2, columns: 2 })).toBeUndefined();
  });
});

test("hourly runs are labelled by their hour, the last one always", () => {
  const labels = columnLabels(RUNS);
  expect(labels.at(-1)).toBe("08");
  expect(labels.filter((label) => label !== undefined)).toHaveLength(7);
});

test("a cell is named by task, run and state", () => {
  const [row] = GRID.rows;
  const [run] = GRID.runs;
  if (row === undefined || run === undefined) throw new Error("The fixture has no rows");
  expect(nameCell(row, run, row.cells[0] ?? null)).toBe(
    "extract, run 2026-11-21 09:00 UTC, success",
  );
  expect(nameCell(row, run, null)).toContain("not in this run");
});

test("a cell that stands for many shows the share of each state", () => {
  const cell = { state: "running", try_number: 1, start_date: null, end_date: null } as const;
  expect(sharesOf({ ...cell, counts: null })).toEqual([]);
  expect(
    sharesOf({ ...cell, counts: { success: 3, failed: 1 } }).map(({ look, count }) => [
      look.label,
      count,
    ]),
  ).toEqual([
    ["success", 3],
    ["failed", 1],
  ]);
});
