import { buildChain, buildDag, buildRun, buildTask, buildTaskInstance } from "@airloom/testkit";
import { describe, expect, test } from "vitest";
import type { DagSpec } from "../dag-spec.ts";
import type { TaskHistoryRow } from "../ports/transitions.ts";
import type { TaskState } from "../state.ts";
import type { DagRun } from "../task-instance.ts";
import { checkInvariants } from "./check-invariants.ts";
import type { Effect, Evidence } from "./evidence.ts";

const NOW = new Date("2026-01-01T12:00:00Z");

type Step = readonly [taskId: string, to: TaskState, fields?: Partial<TaskHistoryRow>];

/** Writes the history that these steps would leave, each from where its task stood. */
function tell(
  spec: DagSpec,
  steps: readonly Step[],
  options: Partial<Evidence> & { readonly run?: Partial<DagRun> } = {},
): Evidence {
  const { run: fields, ...rest } = options;
  const run = buildRun({ state: "success", ...fields });
  const states = new Map<string, TaskState>();
  const tries = new Map<string, number>();
  const history = steps.map(([taskId, to, more = {}], index): TaskHistoryRow => {
    const from = states.get(taskId) ?? "none";
    const isNext =
      to === "scheduled" &&
      from !== "deferred" &&
      from !== "up_for_reschedule" &&
      from !== "queued";
    const tryNumber = (tries.get(taskId) ?? 0) + (isNext ? 1 : 0);
    states.set(taskId, to);
    tries.set(taskId, tryNumber);
    return {
      id: `${index}`,
      taskInstanceId: `1.${taskId}`,
      dagRunId: "1",
      taskId,
      mapIndex: -1,
      tryNumber,
      chain: 1,
      from,
      to,
      leaseToken: `lease${tryNumber}`,
      actor: to === "running" || from === "running" ? "executor" : "scheduler",
      reason: null,
      at: NOW,
      ...more,
    };
  });
  return {
    runs: [run],
    specs: new Map([["1", spec]]),
    taskInstances: spec.tasks.map((task) =>
      buildTaskInstance(task, run, { state: states.get(task.taskId) ?? "none" }),
    ),
    history,
    isSettled: true,
    ...rest,
  };
}

function attempt(taskId: string, end: TaskState): readonly Step[] {
  return [
    [taskId, "scheduled"],
    [taskId, "queued"],
    [taskId, "running"],
    [taskId, end],
  ];
}

const one = buildDag("dag", [buildTask("a")]);
const two = buildDag("dag", buildChain(["a", "b"]));

function startOf(taskId: string, tryNumber = 1): Effect {
  return { taskInstanceId: `1.${taskId}`, tryNumber, leaseToken: `lease${tryNumber}` };
}

describe("checkInvariants()", () => {
  test("finds nothing wrong with a run that went well", () => {
    const steps = [
      ...attempt("a", "up_for_retry"),
      ...attempt("a", "success"),
      ...attempt("b", "success"),
    ];
    const effects = [startOf("a"), startOf("a", 2), startOf("b")];
    const pools = new Map([["default_pool", { slots: 1, includeDeferred: true }]]);
    expect(checkInvariants(tell(two, steps, { effects, pools }))).toEqual([]);
  });

  test("finds nothing wrong with waits, losses and what goes on after them", () => {
    const steps: readonly Step[] = [
      ...attempt("a", "deferred"),
      ["a", "scheduled"],
      ["a", "queued"],
      ["a", "running"],
      ["a", "up_for_reschedule"],
      ["a", "scheduled"],
      ["a", "queued"],
      ["a", "scheduled"],
      ["a", "queued"],
      ["a", "running"],
      ["a", "restarting", { actor: "scheduler" }],
      ...attempt("a", "success"),
    ];
    expect(checkInvariants(tell(one, steps))).toEqual([]);
  });

  test("I1: a run that has not ended", () => {
    expect(checkInvariants(tell(one, [], { run: { state: "running" } }))).toEqual([
      "I1: run dag manual__1 is still running",
    ]);
    expect(checkInvariants(tell(one, [], { run: { state: "running" }, isSettled: false }))).toEqual(
      [],
    );
  });

  test("I2: a task that is missing, or was left behind", () => {
    const evidence = tell(two, attempt("a", "success"));
    expect(checkInvariants(evidence)).toEqual([
      "I2: run dag manual__1 ended as success with b none",
    ]);
    const missing = { ...evidence, taskInstances: evidence.taskInstances.slice(0, 1) };
    expect(checkInvariants(missing)).toEqual([
      "I2: run dag manual__1 has 1 task instances, 2 are expected",
    ]);
    expect(checkInvariants({ ...missing, specs: new Map() })).toEqual([
      "I2: run dag manual__1 has 1 task instances, 0 are expected",
    ]);
    expect(
      checkInvariants({ ...missing, taskInstances: [], specs: new Map(), history: [] }),
    ).toEqual([]);
    expect(
      checkInvariants(tell(two, attempt("a", "success"), { run: { state: "failed" } })),
    ).toEqual([]);
  });

  test("I3: two successes of one chain", () => {
    const steps: readonly Step[] = [
      ...attempt("a", "success"),
      ["a", "none", { actor: "user:ann" }],
      ...attempt("a", "success"),
    ];
    expect(checkInvariants(tell(one, steps))).toEqual([
      "I3: a (task instance 1.a) succeeded 2 times in chain 1",
    ]);
    const cleared = tell(one, steps);
    const history = cleared.history.map((row, index) => (index >= 4 ? { ...row, chain: 2 } : row));
    expect(checkInvariants({ ...cleared, history })).toEqual([]);
  });

  test("I4: tries that leap, starts too many, runs that no row says", () => {
    const leap: Step = ["a", "scheduled", { tryNumber: 3 }];
    expect(checkInvariants(tell(one, [leap, ["a", "skipped"]]))).toContain(
      "I4: a (task instance 1.a) goes from try 0 to try 3",
    );
    const twice = [
      ...attempt("a", "restarting"),
      ["a", "scheduled", { tryNumber: 1 }],
      ["a", "queued", { tryNumber: 1 }],
      ["a", "running", { tryNumber: 1 }],
      ["a", "success", { tryNumber: 1 }],
    ] as const;
    expect(checkInvariants(tell(one, twice)).join("\n")).toContain(
      "I4: a (task instance 1.a) starts once too often in try 1",
    );
    const effects = [startOf("a"), startOf("a"), startOf("a", 2)];
    expect(checkInvariants(tell(one, attempt("a", "success"), { effects }))).toEqual([
      "I5: task instance 1.a ran try 1 with lease lease1 twice",
      "I4: task instance 1.a ran try 2 with lease lease2, which no row says",
    ]);
  });

  test("I6: a write with a lease that was not the attempt's", () => {
    const steps: readonly Step[] = [
      ...attempt("a", "success").slice(0, 3),
      ["a", "success", { leaseToken: "stale" }],
    ];
    expect(checkInvariants(tell(one, steps))).toEqual([
      "I6: a (task instance 1.a) was moved to success with lease stale, lease1 held it",
    ]);
  });

  test("I7: a task that begins, or is given up, too early", () => {
    const early = [...attempt("b", "success"), ...attempt("a", "success")];
    expect(checkInvariants(tell(two, early))).toEqual([
      "I7: b (task instance 1.b) became scheduled by all_success over none, which says wait",
    ]);
    const givenUp: readonly Step[] = [["b", "upstream_failed"], ...attempt("a", "success")];
    expect(checkInvariants(tell(two, givenUp))[0]).toContain(
      "I7: b (task instance 1.b) became upstream_failed",
    );
  });

  test("I7: not a task whose reason was cleared while it was decided", () => {
    const clear = (seconds: number): readonly Step[] => [
      ...attempt("a", "success"),
      ["a", "none", { actor: "user:ann", chain: 2 }],
      ...attempt("b", "success").map(
        ([taskId, to]): Step => [taskId, to, { at: new Date(NOW.getTime() + seconds * 1_000) }],
      ),
      ...attempt("a", "success").map(([taskId, to]): Step => [taskId, to, { chain: 2 }]),
    ];
    expect(checkInvariants(tell(two, clear(1)))).toEqual([]);
    expect(checkInvariants(tell(two, clear(2)))).toHaveLength(1);
  });

  test("I7: not a task over an upstream that the run has no instance of", () => {
    const dag = buildDag("dag", [
      buildTask("a"),
      buildTask("b", { upstream: ["a"], triggerRule: "always" }),
    ]);
    const told = tell(dag, [["b", "scheduled"]]);
    const taskInstances = told.taskInstances.filter(({ taskId }) => taskId === "b");
    const violations = checkInvariants({ ...told, taskInstances });
    expect(violations.filter((line) => line.startsWith("I7"))).toEqual([]);
  });

  test("I7: not a task that a branch passed over", () => {
    const told = tell(buildDag("dag", buildChain(["a", "b"])), [["b", "skipped"]]);
    expect(checkInvariants(told).filter((line) => line.startsWith("I7"))).toEqual([]);
  });

  test("I7: nothing of tasks that the Dag does not know", () => {
    const evidence = tell(buildDag("dag", []), attempt("stray", "success"), { pools: new Map() });
    expect(checkInvariants(evidence)).toEqual([]);
  });

  test("I8: steps that no rule allows, gaps, and rows that stand elsewhere", () => {
    expect(
      checkInvariants(
        tell(one, [
          ["a", "running"],
          ["a", "success"],
        ]),
      ),
    ).toContain("I8: a (task instance 1.a) moves from none to running, which no rule allows");
    expect(
      checkInvariants(tell(one, [["a", "scheduled", { from: "success" }]])).join("\n"),
    ).toContain("I8: a (task instance 1.a) moves from success to scheduled, but stood at none");
    const evidence = tell(one, attempt("a", "success"));
    expect(checkInvariants({ ...evidence, history: evidence.history.slice(0, 3) })).toContain(
      "I8: a stands at success, its history ends at running",
    );
    expect(checkInvariants({ ...evidence, history: [] })).toContain(
      "I8: a stands at success, its history ends at none",
    );
  });

  test("I9: more than a pool, a run or a task allows", () => {
    const wide = (
      fields: Parameters<typeof buildTask>[1],
      dag: Parameters<typeof buildDag>[2] = {},
    ) => buildDag("dag", [buildTask("a", fields), buildTask("b", fields)], dag);
    const both: readonly Step[] = [
      ["a", "scheduled"],
      ["b", "scheduled"],
      ["a", "queued"],
      ["b", "queued"],
    ];
    const open = {
      isSettled: false,
      pools: new Map([["default_pool", { slots: 1, includeDeferred: true }]]),
    };
    expect(checkInvariants(tell(wide({}), both, open))).toEqual([
      "I9: pool default_pool holds 2, at most 1 are allowed",
    ]);
    expect(
      checkInvariants(tell(wide({}, { maxActiveTasks: 1 }), both, { isSettled: false })),
    ).toEqual(["I9: tasks of run 1 holds 2, at most 1 are allowed"]);
    const deferred: readonly Step[] = [
      ...attempt("a", "deferred"),
      ["b", "scheduled"],
      ["b", "queued"],
    ];
    expect(checkInvariants(tell(wide({}), deferred, open))).toHaveLength(1);
    const unlimited = new Map([["default_pool", { slots: -1, includeDeferred: false }]]);
    expect(checkInvariants(tell(wide({}), both, { isSettled: false, pools: unlimited }))).toEqual(
      [],
    );
  });

  test("I9: more instances of one task than its Dag allows", () => {
    const spec = buildDag("dag", [buildTask("a", { maxActiveTisPerDag: 1 })]);
    const first = tell(
      spec,
      [
        ["a", "scheduled"],
        ["a", "queued"],
      ],
      { isSettled: false },
    );
    const second = first.history.map((row) => ({ ...row, dagRunId: "2", taskInstanceId: "2.a" }));
    const specs = new Map([...first.specs, ["2", spec]]);
    const [run] = first.runs;
    const runs = run === undefined ? [] : [run, { ...run, id: "2" }];
    expect(
      checkInvariants({ ...first, runs, specs, history: [...first.history, ...second] }),
    ).toEqual(["I9: instances of dag.a holds 2, at most 1 are allowed"]);
  });
});
