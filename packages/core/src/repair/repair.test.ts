import { buildChain, buildDag, buildRun, buildTask, buildTaskInstances } from "@airloom/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { buildGraph } from "../dag-graph.ts";
import { applyTaskMove } from "../move.ts";
import { isTerminal, TASK_STATES } from "../state.ts";
import type { DagRun, TaskInstance } from "../task-instance.ts";
import { isRunTransition, isTaskTransition } from "../transition-table.ts";
import { type ClearPlan, planClear, type RepairRun } from "./clear.ts";
import { planMark, planMarkRun } from "./mark.ts";

const NOW = new Date("2026-01-01T12:00:00Z");
const by = { actor: "user:ann", now: NOW };
const dag = buildDag("dag", [
  ...buildChain(["a", "b", "c"], { retries: 2 }),
  buildTask("side", { groupId: "group" }),
  buildTask("deep", { groupId: "group.inner" }),
]);

function repairOf(
  states: Readonly<Record<string, Partial<TaskInstance>>>,
  fields: Partial<DagRun> = {},
): RepairRun {
  const run = buildRun({ state: "failed", ...fields });
  return { run, graph: buildGraph(dag), taskInstances: buildTaskInstances(dag, run, states) };
}

const everything = {
  includeUpstream: false,
  includeDownstream: false,
  onlyFailed: false,
  onlyRunning: false,
  resetDagRuns: true,
  preventRunningTask: false,
};

function clear(repair: RepairRun, request: Partial<Parameters<typeof planClear>[1]> = {}) {
  return planClear([repair], { ...everything, ...request }, by);
}

function namesOf(tasks: readonly TaskInstance[]): string {
  return tasks.map(({ taskId }) => taskId).join(" ");
}

function checkLegal({ tasks, runs }: ClearPlan): void {
  for (const { transition } of tasks)
    expect(isTaskTransition(transition.from, transition.to)).toBe(true);
  for (const { transition } of runs)
    expect(isRunTransition(transition.from, transition.to)).toBe(true);
}

describe("planClear()", () => {
  const done = { state: "success", tryNumber: 1 } as const;
  const failed = { state: "failed", tryNumber: 3, chain: 2, lostCount: 1, maxTries: 2 } as const;
  const repair = repairOf({
    a: done,
    b: failed,
    c: { state: "upstream_failed" },
    side: { state: "running", tryNumber: 1 },
  });

  test.each([
    [{}, "a b c side deep"],
    [{ taskIds: ["b"] }, "b"],
    [{ taskIds: ["b"], includeDownstream: true }, "b c"],
    [{ taskIds: ["b"], includeUpstream: true }, "a b"],
    [{ taskIds: ["group"] }, "side deep"],
    [{ taskIds: ["unknown"] }, ""],
    [{ onlyFailed: true }, "b c"],
    [{ onlyRunning: true }, "side"],
    [{ taskIds: ["a"], includeDownstream: true, onlyFailed: true }, "b c"],
  ])("with %j selects %s", (request, names) => {
    expect(namesOf(clear(repair, request).affected)).toBe(names);
  });

  test("gives each a new chain with all its retries", () => {
    const { tasks } = clear(repair, { taskIds: ["b"] });
    expect(tasks.map(({ transition }) => transition)).toMatchObject([
      {
        from: "failed",
        to: "none",
        tryNumber: 3,
        actor: "user:ann",
        set: { maxTries: 5, chain: 3, lostCount: 0, failure: null, startedAt: null },
      },
    ]);
  });

  test("restarts what runs, and takes its lease", () => {
    const [move] = clear(repair, { onlyRunning: true }).tasks;
    expect(move?.transition).toMatchObject({
      to: "restarting",
      set: { chain: 2, leaseToken: null },
    });
  });

  test("queues the run again whichever way it ends, where it is asked to and there is something to clear", () => {
    const moves = clear(repair).runs.map(({ transition }) => `${transition.from}>${transition.to}`);
    expect(moves).toEqual(["success>queued", "failed>queued"]);
    expect(clear(repair).runs[0]?.transition.set).toEqual({
      queuedAt: NOW,
      startedAt: null,
      endedAt: null,
      clearNumber: 1,
    });
    expect(clear(repair, { resetDagRuns: false }).runs).toEqual([]);
    expect(clear(repair, { taskIds: ["unknown"] }).runs).toEqual([]);
  });

  test("refuses to touch a running task where it is told to", () => {
    expect(() => clear(repair, { preventRunningTask: true })).toThrow(
      'Cannot clear task "side" of run "manual__1": it is running',
    );
    expect(clear(repair, { preventRunningTask: true, onlyFailed: true }).affected).toHaveLength(2);
  });

  test("refuses to clear only failed and only running at once", () => {
    expect(() => clear(repair, { onlyFailed: true, onlyRunning: true })).toThrow(
      "choose one of them",
    );
  });

  test("moves an ended run to a later version: what it lacks goes, what it has again comes back", () => {
    const later = buildDag("dag", [
      ...buildChain(["b", "c", "side"], { retries: 7 }),
      buildTask("new"),
    ]);
    const cleared = clear(
      {
        ...repairOf({
          a: done,
          b: failed,
          c: { state: "removed", tryNumber: 1 },
          side: { state: "removed" },
          deep: { state: "removed" },
        }),
        graph: buildGraph(later),
        movesTo: { dagVersion: 2, dagHash: "later" },
      },
      { taskIds: ["b"], includeDownstream: true, onlyFailed: true },
    );
    checkLegal(cleared);
    expect(namesOf(cleared.affected)).toBe("b");
    expect(
      cleared.tasks.map(({ transition: { from, to, reason }, taskInstance }) =>
        [taskInstance.taskId, from, to, reason].join(" "),
      ),
    ).toEqual([
      "b failed none cleared",
      "a success none cleared",
      "a none removed version 2 has it no longer",
      "c removed none version 2 has it again",
      "side removed none version 2 has it again",
    ]);
    expect(cleared.tasks[0]?.transition.set).toMatchObject({ maxTries: 10 });
    expect(cleared.runs[0]?.transition.set).toMatchObject({ dagVersion: 2, dagHash: "later" });
  });

  test("takes away at once what never began and the later version lacks", () => {
    const graph = buildGraph(buildDag("dag", [buildTask("b")]));
    const movesTo = { dagVersion: 2, dagHash: "later" };
    const { tasks } = clear({ ...repairOf({ b: failed }), graph, movesTo });
    expect(
      tasks.map(
        ({ transition: { from, to }, taskInstance }) => `${taskInstance.taskId} ${from} ${to}`,
      ),
    ).toEqual([
      "b failed none",
      "a none removed",
      "c none removed",
      "side none removed",
      "deep none removed",
    ]);
  });

  test("leaves what its Dag version does not know", () => {
    const stray = repair.taskInstances.map((task) => ({ ...task, taskId: `old_${task.taskId}` }));
    expect(clear({ ...repair, taskInstances: stray }).affected).toEqual([]);
  });
});

describe("planMark()", () => {
  const failed = { state: "failed", tryNumber: 1 } as const;
  const repair = repairOf({
    a: { state: "success" },
    b: failed,
    c: { state: "upstream_failed", tryNumber: 0 },
  });
  const alone = { taskId: "b", includeUpstream: false, includeDownstream: false };

  test("clears what had failed downstream, so that the run goes on", () => {
    const { affected, tasks, runs } = planMark([repair], { ...alone, state: "success" }, by);
    expect(namesOf(affected)).toBe("b");
    expect(tasks.map(({ transition }) => `${transition.from}>${transition.to}`)).toEqual([
      "failed>success",
      "upstream_failed>none",
    ]);
    expect(runs).toHaveLength(2);
  });

  test("marks upstream and downstream too, but nothing that stands there already", () => {
    const request = {
      ...alone,
      state: "success",
      includeUpstream: true,
      includeDownstream: true,
    } as const;
    const { affected, runs } = planMark([repair], request, by);
    expect(namesOf(affected)).toBe("b c");
    expect(runs).toEqual([]);
  });

  test("leaves what its Dag version does not know", () => {
    const stray = repair.taskInstances.map((task) => ({ ...task, taskId: `old_${task.taskId}` }));
    const { affected } = planMark(
      [{ ...repair, taskInstances: stray }],
      { ...alone, state: "success" },
      by,
    );
    expect(affected).toEqual([]);
  });

  test("says who failed it", () => {
    const { tasks } = planMark(
      [repairOf({ b: { state: "running" } })],
      { ...alone, state: "failed" },
      by,
    );
    expect(tasks[0]?.transition.set).toMatchObject({
      endedAt: NOW,
      failure: { kind: "fail", message: "marked failed" },
    });
  });
});

describe("planMarkRun()", () => {
  const states = {
    a: { state: "success" },
    b: { state: "running" },
    c: { state: "restarting" },
  } as const;

  test("skips with a success, and fails with a failure, what is not finished", () => {
    const repair = repairOf(states, { state: "running" });
    const succeeded = planMarkRun(repair, "success", by);
    expect(
      succeeded.tasks.map(
        ({ taskInstance, transition }) => `${taskInstance.taskId} ${transition.to}`,
      ),
    ).toEqual(["b skipped", "c none", "c skipped", "side skipped", "deep skipped"]);
    const failed = planMarkRun(repair, "failed", by);
    expect(failed.tasks.map(({ transition }) => transition.to)).toEqual([
      "failed",
      "failed",
      "failed",
      "failed",
    ]);
    checkLegal(succeeded);
    checkLegal(failed);
  });

  test("ends the run from wherever it stands by then", () => {
    const { runs } = planMarkRun(repairOf(states), "failed", by);
    expect(runs.map(({ transition }) => [transition.from, transition.set])).toEqual([
      ["queued", { endedAt: NOW }],
      ["running", { endedAt: NOW }],
      ["success", {}],
    ]);
  });
});

test("every repair of every state is legal and leads where it says", () => {
  const anyState = fc.constantFrom(...TASK_STATES);
  fc.assert(
    fc.property(
      fc.array(anyState, { minLength: 5, maxLength: 5 }),
      fc.constantFrom("success", "failed", "skipped" as const),
      (states, state) => {
        const names = ["a", "b", "c", "side", "deep"];
        const repair = repairOf(
          Object.fromEntries(
            names.map((name, at) => [name, { state: states[at] ?? "none", tryNumber: 1 }]),
          ),
        );
        const request = { taskId: "a", state, includeUpstream: false, includeDownstream: true };
        const mark = planMark([repair], request, by);
        const cleared = clear(repair);
        checkLegal(mark);
        checkLegal(cleared);
        const after = new Map(
          mark.tasks.map(({ taskInstance, transition }) => [
            taskInstance.taskId,
            applyTaskMove(taskInstance, transition).state,
          ]),
        );
        for (const { taskId } of mark.affected) expect(after.get(taskId)).toBe(state);
        for (const { taskInstance, transition } of cleared.tasks) {
          expect(isTerminal(transition.to)).toBe(false);
          expect(transition.set?.chain).toBe(taskInstance.chain + 1);
        }
      },
    ),
    { numRuns: 1_000 },
  );
});
