import type { UiRow } from "@airloom/api";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { foldedByDefault, visibleRows } from "./fold.ts";

function row(row_id: string, parent_id: string | null, kind: UiRow["kind"]): UiRow {
  return {
    row_id,
    parent_id,
    kind,
    depth: 0,
    label: row_id,
    task_id: row_id,
    type: null,
    unique_id: null,
    cells: [],
  };
}

const ROWS = [
  row("group:g", null, "group"),
  row("task:g.a", "group:g", "task"),
  row("node:a:1", "task:g.a", "node"),
  row("task:b", null, "task"),
];

const idsOf = (rows: readonly UiRow[]) => rows.map(({ row_id }) => row_id);

describe("visibleRows()", () => {
  test("all rows show until one is folded", () => {
    expect(visibleRows(ROWS, new Set())).toEqual(ROWS);
  });

  test("a folded row hides everything below it", () => {
    expect(idsOf(visibleRows(ROWS, new Set(["group:g"])))).toEqual(["group:g", "task:b"]);
    expect(idsOf(visibleRows(ROWS, new Set(["task:g.a"])))).toEqual([
      "group:g",
      "task:g.a",
      "task:b",
    ]);
  });

  test("a task with very many nodes starts folded, and toggling opens it", () => {
    const many = [
      row("task:dbt", null, "task"),
      ...Array.from({ length: 61 }, (_, index) => row(`node:dbt:${index}`, "task:dbt", "node")),
    ];
    expect(foldedByDefault(many)).toEqual(new Set(["task:dbt"]));
    expect(idsOf(visibleRows(many, new Set()))).toEqual(["task:dbt"]);
    expect(visibleRows(many, new Set(["task:dbt"]))).toHaveLength(62);
  });

  test("no row shows without its parent", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.constantFrom(...idsOf(ROWS))), (toggled) => {
        const shown = visibleRows(ROWS, new Set(toggled));
        const ids = new Set(idsOf(shown));
        for (const { parent_id } of shown)
          expect(parent_id === null || ids.has(parent_id)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});
