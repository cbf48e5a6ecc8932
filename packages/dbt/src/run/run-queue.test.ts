import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createGraph, findCycle, reach } from "../graph/dependency-graph.ts";
import { planRun, RunQueue } from "./run-queue.ts";

const anyGraph = fc
  .array(fc.array(fc.nat(), { maxLength: 3 }), { minLength: 1, maxLength: 15 })
  .map((specs) =>
    createGraph(
      new Map(
        specs.map((parents, index) => [
          `n${index}`,
          index === 0 ? [] : parents.map((parent) => `n${parent % index}`),
        ]),
      ),
    ),
  );
const isTest = (id: string): boolean => Number(id.slice(1)) % 3 === 2;
const anyChoice = fc.func(fc.boolean());
const RUNS = { numRuns: 1_000 };

function workOff(plan: ReturnType<typeof planRun>): readonly string[] {
  const queue = new RunQueue(plan);
  const order: string[] = [];
  for (let id = queue.take(); id !== undefined; id = queue.take()) {
    order.push(id);
    queue.finish(id);
  }
  expect(queue.isFinished).toBe(true);
  return order;
}

describe("RunQueue", () => {
  test("gives every chosen node once, and only after all its chosen ancestors", () => {
    fc.assert(
      fc.property(anyGraph, anyChoice, (graph, isChosen) => {
        const chosen = new Set([...graph.parents.keys()].filter((id) => isChosen(id)));
        const plan = planRun(graph, chosen, {
          testsBlock: false,
          isTest,
          waitsForTests: () => true,
        });
        const order = workOff(plan);
        expect([...order].toSorted()).toEqual([...chosen].toSorted());
        for (const [index, id] of order.entries()) {
          for (const ancestor of reach(graph.parents, [id])) {
            if (chosen.has(ancestor)) expect(order.indexOf(ancestor)).toBeLessThan(index);
          }
        }
      }),
      RUNS,
    );
  });

  test("in a build a node waits for the tests of everything above it, and nobody waits in a circle", () => {
    fc.assert(
      fc.property(anyGraph, (graph) => {
        // Tests have no descendants in a project.
        const parents = new Map(
          [...graph.parents].map(([id, all]) => [id, all.filter((parent) => !isTest(parent))]),
        );
        const project = createGraph(parents);
        const chosen = new Set(project.parents.keys());
        const plan = planRun(project, chosen, {
          testsBlock: true,
          isTest,
          waitsForTests: () => true,
        });
        expect(findCycle(plan.graph)).toBeUndefined();
        const order = workOff(plan);
        for (const id of chosen) {
          if (isTest(id)) continue;
          const ancestors = reach(project.parents, [id]);
          const tests = [...chosen].filter(
            (test) =>
              isTest(test) &&
              (parents.get(test) ?? []).length > 0 &&
              (parents.get(test) ?? []).every((need) => ancestors.has(need)),
          );
          for (const test of tests) expect(order.indexOf(test)).toBeLessThan(order.indexOf(id));
        }
      }),
      RUNS,
    );
  });

  test("orders equals by depth, then by id", () => {
    const graph = createGraph(
      new Map([
        ["b", []],
        ["a", []],
        ["d", ["a"]],
        ["c", ["d"]],
        ["e", []],
      ]),
    );
    const plan = planRun(graph, new Set(["a", "b", "c", "d", "e"]), {
      testsBlock: false,
      isTest: () => false,
      waitsForTests: () => true,
    });
    expect(workOff(plan)).toEqual(["a", "b", "e", "d", "c"]);
  });
});
