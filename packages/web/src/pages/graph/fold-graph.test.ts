import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { closedIn, foldGraph, MOST_OPEN } from "./fold-graph.ts";
import type { Graph, GraphNode } from "./graph-model.ts";

function box(id: string, parentId: string | null, kind: GraphNode["kind"] = "task"): GraphNode {
  return { id, kind, label: id, parentId, type: null, testIds: [] };
}

const edge = (source: string, target: string, label: string | null = null) => ({
  source,
  target,
  label,
  within: null,
});

const GRAPH: Graph = {
  nodes: [
    box("a", null),
    box("outer", null, "group"),
    box("inner", "outer", "group"),
    box("b", "inner"),
    box("c", "outer"),
    box("d", null),
  ],
  edges: [edge("a", "b", "yes"), edge("a", "c"), edge("b", "c"), edge("c", "d", "no")],
};

describe("foldGraph() (U7)", () => {
  test("puts one box in place of a closed group, with its edges once", () => {
    const folded = foldGraph(GRAPH, new Set(["outer", "inner"]));
    expect(folded.nodes.map(({ id, kind }) => `${id} ${kind}`)).toEqual([
      "a task",
      "outer closed",
      "d task",
    ]);
    expect(folded.nodes[1]?.holds).toBe(2);
    expect(folded.edges).toEqual([edge("a", "outer"), edge("outer", "d", "no")]);
  });

  test("leaves an open graph as it is", () => {
    expect(foldGraph(GRAPH, new Set())).toEqual(GRAPH);
  });

  test("a closed group within an open one is a box inside it", () => {
    const folded = foldGraph(GRAPH, new Set(["inner"]));
    expect(folded.nodes.find(({ id }) => id === "inner")).toMatchObject({
      kind: "closed",
      parentId: "outer",
    });
    expect(folded.edges).toContainEqual(edge("inner", "c"));
  });

  test("whatever is closed, every edge joins two boxes that are there", () => {
    fc.assert(
      fc.property(fc.subarray(["outer", "inner"]), (closed) => {
        const { nodes, edges } = foldGraph(GRAPH, new Set(closed));
        const ids = new Set(nodes.map(({ id }) => id));
        return edges.every(({ source, target }) => ids.has(source) && ids.has(target));
      }),
    );
  });
});

test("a small graph starts open and a large one closed, and each group can be turned (U7)", () => {
  expect(closedIn(GRAPH, new Set())).toEqual(new Set());
  expect(closedIn(GRAPH, new Set(["inner"]))).toEqual(new Set(["inner"]));
  const more = Array.from({ length: MOST_OPEN }, (_, index) => box(`t${index}`, "outer"));
  const large = { ...GRAPH, nodes: [...GRAPH.nodes, ...more] };
  expect(closedIn(large, new Set())).toEqual(new Set(["outer", "inner"]));
  expect(closedIn(large, new Set(["outer"]))).toEqual(new Set(["inner"]));
});
