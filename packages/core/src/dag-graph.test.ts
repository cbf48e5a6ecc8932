import { buildDag, buildTask } from "@airloom/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { buildGraph, findClosure, openGraphCache } from "./dag-graph.ts";
import { WEIGHT_RULES } from "./dag-spec.ts";

const diamond = buildGraph(
  buildDag("diamond", [
    buildTask("a"),
    buildTask("b", { upstream: ["a"] }),
    buildTask("c", { upstream: ["a"], dependsOnPast: true }),
    buildTask("d", { upstream: ["b", "c", "b"] }),
  ]),
);

describe("buildGraph()", () => {
  test("knows upstream, downstream, leaves and order by position", () => {
    expect(diamond.upstream).toEqual([[], [0], [0], [1, 2]]);
    expect(diamond.downstream).toEqual([[1, 2], [3], [3], []]);
    expect(diamond.leaves).toEqual([3]);
    expect(diamond.order).toEqual([0, 1, 2, 3]);
    expect(diamond.positionOf.get("c")).toBe(2);
    expect(diamond.needsPast).toBe(true);
  });

  test("weighs a task with each of its descendants once", () => {
    expect(diamond.weights).toEqual([4, 2, 2, 1]);
  });

  test("weighs as a plain sum over closures does, for every weight rule", () => {
    const anyTask = fc.record({
      sources: fc.array(fc.nat(), { maxLength: 4 }),
      weightRule: fc.constantFrom(...WEIGHT_RULES),
      priorityWeight: fc.integer({ min: -5, max: 5 }),
    });
    fc.assert(
      fc.property(fc.array(anyTask, { maxLength: 70 }), fc.boolean(), (drafts, isUniform) => {
        const tasks = drafts.map(({ sources, weightRule, priorityWeight }, index) =>
          buildTask(`t${index}`, {
            upstream: index === 0 ? [] : sources.map((source) => `t${source % index}`),
            weightRule,
            priorityWeight: isUniform ? 3 : priorityWeight,
          }),
        );
        const graph = buildGraph(buildDag("dag", tasks));
        const expected = tasks.map(({ weightRule, priorityWeight }, position) => {
          if (weightRule === "absolute") return priorityWeight;
          let sum = 0;
          for (const member of findClosure(graph, [position], weightRule)) {
            sum += tasks[member]?.priorityWeight ?? 0;
          }
          return sum;
        });
        expect(graph.weights).toEqual(expected);
      }),
      { numRuns: 1_000 },
    );
  });

  test("keeps weights within what a column holds", () => {
    const tasks = [
      buildTask("a", { priorityWeight: 2_000_000_000 }),
      buildTask("b", { upstream: ["a"], priorityWeight: 2_000_000_000 }),
    ];
    expect(buildGraph(buildDag("dag", tasks)).weights).toEqual([2_147_483_647, 2_000_000_000]);
  });

  test("weighs 10,000 tasks in a chain without summing the square of them one by one", () => {
    const tasks = Array.from({ length: 10_000 }, (_, index) =>
      buildTask(`t${index}`, { upstream: index === 0 ? [] : [`t${index - 1}`] }),
    );
    expect(buildGraph(buildDag("dag", tasks)).weights[0]).toBe(10_000);
  });
});

describe("findClosure()", () => {
  test("follows the graph either way", () => {
    expect([...findClosure(diamond, [1], "downstream")]).toEqual([1, 3]);
    expect(findClosure(diamond, [3], "upstream")).toEqual(new Set([0, 1, 2, 3]));
    expect([...findClosure(diamond, [9], "upstream")]).toEqual([9]);
  });
});

describe("openGraphCache()", () => {
  test("builds a graph once per key and forgets the oldest", () => {
    const graphOf = openGraphCache(2);
    const { spec } = diamond;
    const first = graphOf("1", spec);
    expect(graphOf("1", spec)).toBe(first);
    graphOf("2", spec);
    graphOf("3", spec);
    expect(graphOf("1", spec)).not.toBe(first);
  });
});
