import { buildDag, buildIf, buildTask } from "@airloom/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { branchTargets, checkDag } from "./check-dag.ts";

function after(taskId: string, ...upstream: readonly string[]) {
  return buildTask(taskId, { upstream });
}

describe("checkDag()", () => {
  test("orders tasks after their upstream", () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.nat(), { maxLength: 4 }), { maxLength: 20 }), (edges) => {
        const tasks = edges.map((sources, index) =>
          after(
            `t${index}`,
            ...sources.flatMap((source) => (index > 0 ? [`t${source % index}`] : [])),
          ),
        );
        const shuffled = tasks.toReversed();
        const order = checkDag(buildDag("dag", shuffled));
        const place = new Map(order.map((position, at) => [shuffled[position]?.taskId, at]));
        expect(place.size).toBe(tasks.length);
        for (const { taskId, upstream } of shuffled) {
          for (const source of upstream) {
            expect(place.get(source)).toBeLessThan(place.get(taskId) ?? -1);
          }
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test("names the path of a cycle", () => {
    const tasks = [
      after("start"),
      after("a", "start", "c"),
      after("b", "a"),
      after("c", "b"),
      after("end", "c"),
    ];
    expect(() => checkDag(buildDag("loop", tasks))).toThrow(
      'Cannot use Dag "loop": its tasks wait for each other in a cycle: b -> c -> a -> b',
    );
    expect(() => checkDag(buildDag("self", [after("a", "a")]))).toThrow("in a cycle: a -> a");
  });

  test.each([
    ["unknown upstream", [after("a", "b")], 'task "a" comes after "b", which is not a task of it'],
    ["a task id twice", [after("a"), after("a")], 'task id "a" is used twice'],
    ["an empty task id", [after("")], 'Cannot use task id ""'],
    ["a task id with a slash", [after("a/b")], 'Cannot use task id "a/b"'],
    ["a task id with two dots", [after("a..b")], 'Cannot use task id "a..b"'],
    ["a task id that is too long", [after("a".repeat(251))], "it is 251 characters long"],
    ["no pool slot", [buildTask("a", { poolSlots: 0 })], "asks for 0 pool slots"],
    [
      "a branch to a stranger",
      [buildTask("if", { branch: buildIf("b", null) }), after("b")],
      'task "if" may choose "b", which is not directly downstream of it',
    ],
  ])("refuses %s", (_what, tasks, message) => {
    expect(() => checkDag(buildDag("dag", tasks))).toThrow(message);
  });

  test("refuses a bad Dag id", () => {
    expect(() => checkDag(buildDag("my dag", []))).toThrow('Cannot use Dag id "my dag"');
  });

  test("lets a branch choose its downstream tasks and groups", () => {
    const branch = { kind: "switch", cases: ["b", "group"] } as const;
    const dag = buildDag("dag", [buildTask("pick", { branch }), after("b", "pick")], {
      groups: [{ groupId: "group", parentId: null, tooltip: "" }],
    });
    expect(checkDag(dag)).toEqual([0, 1]);
  });
});

test("branchTargets() lists what a branch chooses among", () => {
  expect(branchTargets(null)).toEqual([]);
  expect(branchTargets(buildIf("a", null))).toEqual(["a"]);
  expect(branchTargets({ kind: "switch", cases: ["a", "b"] })).toEqual(["a", "b"]);
});
