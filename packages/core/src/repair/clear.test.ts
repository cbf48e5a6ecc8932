import { buildDag, buildRun, buildTask, buildTaskInstances } from "@airloom/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { buildGraph } from "../dag-graph.ts";
import { applyTaskMove } from "../move.ts";
import { RUN_STATES, TASK_STATES } from "../state.ts";
import type { TaskInstance } from "../task-instance.ts";
import { isTaskTransition } from "../transition-table.ts";
import { planClear, type RepairRun } from "./clear.ts";

const BY = { actor: "user:ann", now: new Date("2026-01-01T12:00:00Z") };

/** A run of any Dag in any state; each task comes after some of those before it. */
const anyRepair = fc
  .record({
    tasks: fc.array(
      fc.record({
        sources: fc.array(fc.nat(), { maxLength: 3 }),
        retries: fc.nat(3),
        state: fc.constantFrom(...TASK_STATES),
        tryNumber: fc.nat(4),
        chain: fc.integer({ min: 1, max: 3 }),
      }),
      { minLength: 1, maxLength: 9 },
    ),
    state: fc.constantFrom(...RUN_STATES),
    clearNumber: fc.nat(3),
  })
  .map(({ tasks, state, clearNumber }): RepairRun => {
    const specs = tasks.map(({ sources, retries }, index) => {
      const upstream = index === 0 ? [] : sources.map((source) => `t${source % index}`);
      return buildTask(`t${index}`, { upstream, retries });
    });
    const dag = buildDag("dag", specs);
    const run = buildRun({ state, clearNumber });
    const fields = tasks.map(
      ({ sources: _sources, retries: _retries, ...own }, index) =>
        [`t${index}`, { ...own, leaseToken: "lease", note: "seen", holdReason: "full" }] as const,
    );
    const taskInstances = buildTaskInstances(dag, run, Object.fromEntries(fields));
    return { run, graph: buildGraph(dag), taskInstances };
  });

const anyRequest = fc.record({
  target: fc.nat(8),
  includeUpstream: fc.boolean(),
  includeDownstream: fc.boolean(),
  narrow: fc.constantFrom("onlyFailed", "onlyRunning", "none"),
  resetDagRuns: fc.boolean(),
});

/** Who is to be cleared, read off the Dag once more: by walking until nobody is added. */
function chooseAgain(
  { graph, taskInstances }: RepairRun,
  request: { readonly taskIds: readonly string[] } & Readonly<
    Record<"includeUpstream" | "includeDownstream" | "onlyFailed" | "onlyRunning", boolean>
  >,
): readonly TaskInstance[] {
  const reach = (isNext: (from: string, to: string) => boolean): ReadonlySet<string> => {
    const reached = new Set(request.taskIds);
    for (const from of reached) {
      for (const { taskId } of graph.tasks) if (isNext(from, taskId)) reached.add(taskId);
    }
    return reached;
  };
  const isAfter = (taskId: string, source: string): boolean =>
    graph.tasks.some((task) => task.taskId === taskId && task.upstream.includes(source));
  const up = request.includeUpstream ? reach((from, to) => isAfter(from, to)) : new Set();
  const down = request.includeDownstream ? reach((from, to) => isAfter(to, from)) : new Set();
  return taskInstances.filter(({ taskId, state }) => {
    if (!request.taskIds.includes(taskId) && !up.has(taskId) && !down.has(taskId)) return false;
    if (request.onlyFailed) return state === "failed" || state === "upstream_failed";
    return !request.onlyRunning || state === "running";
  });
}

test("a clear takes what was asked for and nothing else, into new chains, once", () => {
  fc.assert(
    fc.property(anyRepair, anyRequest, (repair, { target, narrow, ...asked }) => {
      const request = {
        ...asked,
        taskIds: [`t${target % repair.taskInstances.length}`],
        onlyFailed: narrow === "onlyFailed",
        onlyRunning: narrow === "onlyRunning",
        preventRunningTask: false,
      };
      const { affected, tasks, runs } = planClear([repair], request, BY);
      expect(affected).toEqual(chooseAgain(repair, request));

      const after = new Map(repair.taskInstances.map((task) => [task.id, task]));
      for (const { taskInstance, transition } of tasks) {
        expect(affected).toContain(taskInstance);
        expect(isTaskTransition(transition.from, transition.to)).toBe(true);
        const moved = applyTaskMove(taskInstance, transition);
        const retries = repair.graph.spec.tasks.find(
          ({ taskId }) => taskId === moved.taskId,
        )?.retries;
        expect(moved).toMatchObject({
          state: taskInstance.state === "running" ? "restarting" : "none",
          chain: taskInstance.chain + 1,
          maxTries: taskInstance.tryNumber + (retries ?? 0),
          leaseToken: null,
          note: "seen",
          holdReason: null,
        });
        after.set(moved.id, moved);
      }
      const again = { ...repair, taskInstances: [...after.values()] };
      expect(planClear([again], request, BY).tasks).toEqual([]);

      expect(runs.map(({ transition: { from, to } }) => `${from} ${to}`)).toEqual(
        request.resetDagRuns && affected.length > 0 ? ["success queued", "failed queued"] : [],
      );
      for (const { transition } of runs) {
        expect(transition.set?.clearNumber).toBe(repair.run.clearNumber + 1);
      }
    }),
    { numRuns: 1_000 },
  );
});
