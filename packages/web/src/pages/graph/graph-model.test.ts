import { expect, test } from "vitest";
import { GRID } from "../../../testing/flights-grid.ts";
import { DBT_TASK } from "../../../testing/flights-runs.ts";
import { describeTests } from "./describe-cell.ts";
import { graphOf } from "./graph-model.ts";
import { layoutGraph } from "./layout-graph.ts";

const GRAPH = graphOf(GRID);
const idOf = (uniqueId: string) => `node:${DBT_TASK}:${uniqueId}`;

test("a dbt task holds what it builds; tests hang on the last thing they need", () => {
  const inside = GRAPH.nodes.filter(({ parentId }) => parentId === `task:${DBT_TASK}`);
  expect(inside.map(({ label }) => label)).toEqual([
    "carriers",
    "stg_airports",
    "stg_flights",
    "snap_airports",
    "dim_airports",
    "int_flight_delays",
    "fct_daily_delays",
  ]);
  const flights = inside.find(({ label }) => label === "stg_flights");
  expect(flights?.testIds).toContain(idOf("test.flights.relationships_stg_flights_origin"));
});

test("every edge joins two boxes that are there", () => {
  const ids = new Set(GRAPH.nodes.map(({ id }) => id));
  for (const { source, target } of GRAPH.edges) {
    expect([ids.has(source), ids.has(target)]).toEqual([true, true]);
  }
});

test("a dbt task with very many nodes stays closed", () => {
  const [task] = GRID.dbt;
  const [node] = task?.nodes ?? [];
  if (task === undefined || node === undefined) throw new Error("The fixture has no dbt task");
  const nodes = Array.from({ length: 151 }, (_, index) => ({
    ...node,
    unique_id: `model.${index}`,
  }));
  const graph = graphOf({ graph: GRID.graph, dbt: [{ ...task, nodes }] });
  expect(graph.nodes.every(({ kind }) => kind === "task")).toBe(true);
});

test("every box gets a place, and children lie inside their parent", async () => {
  const { boxes } = await layoutGraph(GRAPH);
  const dbt = boxes.get(`task:${DBT_TASK}`);
  for (const node of GRAPH.nodes) {
    const box = boxes.get(node.id);
    expect(box).toBeDefined();
    if (node.parentId === null || box === undefined || dbt === undefined) continue;
    expect(box.x + box.width).toBeLessThanOrEqual(dbt.width);
    expect(box.y + box.height).toBeLessThanOrEqual(dbt.height);
  }
});

test("tests are summed up by what came out", () => {
  const cell = { try_number: 1, start_date: null, end_date: null, counts: null };
  expect(describeTests([{ ...cell, state: "pass" }, { ...cell, state: "warn" }, undefined])).toBe(
    "1 pass, 1 warn, 1 not yet",
  );
  expect(describeTests([])).toBe("no tests");
});

test("a lineage goes right while there is room, and a long one down", async () => {
  expect((await layoutGraph(GRAPH)).direction).toBe("right");
  const chain = Array.from({ length: 7 }, (_, index) => `model.${index}`);
  const long = {
    nodes: [
      {
        id: "task:t",
        kind: "dbt-task" as const,
        label: "t",
        parentId: null,
        type: null,
        testIds: [],
      },
      ...chain.map((id) => ({
        id,
        kind: "dbt-node" as const,
        label: id,
        parentId: "task:t",
        type: "model",
        testIds: [],
      })),
    ],
    edges: chain.slice(1).map((target, index) => ({
      source: `model.${index}`,
      target,
      label: null,
      within: "task:t",
    })),
  };
  const { direction, width, boxes } = await layoutGraph(long);
  expect(direction).toBe("down");
  expect(width).toBeLessThan(400);
  expect(boxes.get("model.6")?.y).toBeGreaterThan(boxes.get("model.0")?.y ?? 0);
});
