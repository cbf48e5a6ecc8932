import type { UiEvent } from "@airloom/api";
import { describe, expect, test } from "vitest";
import { GRID } from "../../testing/flights-grid.ts";
import { DAG_ID, LAST_RUN } from "../../testing/flights-runs.ts";
import { keysOf, parseEvent, patchGrid } from "./live.ts";

const STARTED: UiEvent = {
  kind: "task_instance",
  dag_id: DAG_ID,
  dag_run_id: LAST_RUN,
  task_id: "load",
  map_index: -1,
  state: "running",
  try_number: 2,
  start_date: "2026-11-22T08:12:00Z",
  end_date: null,
};

describe("patchGrid()", () => {
  test("paints the one cell the event is about", () => {
    const patched = patchGrid(GRID, STARTED);
    const changed = patched.rows.filter((row, index) => row !== GRID.rows[index]);
    expect(changed.map(({ row_id }) => row_id)).toEqual(["task:load"]);
    expect(changed[0]?.cells.at(-1)).toMatchObject({ state: "running", try_number: 2 });
    expect(changed[0]?.cells.slice(0, -1)).toEqual(
      GRID.rows.find(({ row_id }) => row_id === "task:load")?.cells.slice(0, -1),
    );
  });

  test.each([
    ["another Dag", { dag_id: "other" }],
    ["a run that is not shown", { dag_run_id: "manual__x" }],
    ["one index of a mapped task", { map_index: 3 }],
  ])("leaves the grid alone for %s", (_, change) => {
    expect(patchGrid(GRID, { ...STARTED, ...change })).toBe(GRID);
  });
});

test("an event names the queries whose answers it changes", () => {
  expect(keysOf(STARTED)).toContainEqual(["log", DAG_ID, LAST_RUN, "load"]);
  expect(keysOf({ kind: "import_errors" })).toContainEqual(["home"]);
});

test("a kind from a newer server is ignored", () => {
  expect(parseEvent('{"kind":"weather"}')).toBeUndefined();
  expect(parseEvent('{"kind":"import_errors"}')).toEqual({ kind: "import_errors" });
});
