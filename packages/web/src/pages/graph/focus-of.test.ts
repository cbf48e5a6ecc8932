import type { UiCell } from "@airloom/api";
import { expect, test } from "vitest";
import { focusOf } from "./focus-of.ts";
import type { Graph } from "./graph-model.ts";

const GRAPH: Graph = {
  nodes: ["first", "group", "inner", "last"].map((id) => ({
    id,
    kind: id === "group" ? "group" : "task",
    label: id,
    parentId: id === "inner" ? "group" : null,
    type: null,
    testIds: [],
  })),
  edges: [],
};
const SIZE = { width: 10, height: 10 };
const BOXES = new Map([
  ["first", { ...SIZE, x: 0, y: 0 }],
  ["group", { ...SIZE, x: 100, y: 200 }],
  ["inner", { ...SIZE, x: 1, y: 2 }],
  ["last", { ...SIZE, x: 0, y: 400 }],
]);

function look(states: Readonly<Record<string, UiCell["state"]>>, selected?: string) {
  const cells = new Map(
    Object.entries(states).map(([id, state]) => [
      id,
      { state, try_number: 1, start_date: null, end_date: null, counts: null },
    ]),
  );
  return focusOf(GRAPH, { boxes: BOXES }, { cells, selected });
}

test("what is chosen comes before what failed, and that before what runs", () => {
  const states = { first: "running", inner: "failed", last: "success" } as const;
  expect(look(states, "last")).toMatchObject({ x: 0, y: 400 });
  expect(look(states)).toMatchObject({ x: 101, y: 202 });
  expect(look({ ...states, inner: "success" })).toMatchObject({ x: 0, y: 0 });
});

test("a run without any of these has nothing to look at first", () => {
  expect(look({ first: "success" })).toBeUndefined();
});
