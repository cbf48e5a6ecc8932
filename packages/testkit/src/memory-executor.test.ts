import type { Workload } from "@airloom/core";
import { buildTask } from "./dag-builder.ts";
import { describeExecutor, type WorkKind } from "./executor-suite.ts";
import { FakeClock } from "./fake-clock.ts";
import { MemoryExecutor, type Script } from "./memory-executor.ts";
import { buildRun, buildTaskInstance } from "./run-builder.ts";

const ERROR = { kind: "error", message: "boom", place: null, stack: null };

const SCRIPTS: Readonly<Record<WorkKind, Script>> = {
  succeeds: { outcome: { kind: "success" } },
  fails: { outcome: { kind: "failed", failure: ERROR, retryable: true } },
  dies: { outcome: { kind: "failed", failure: { ...ERROR, kind: "killed" }, retryable: true } },
  lingers: { outcome: { kind: "success" }, durationMs: Number.MAX_SAFE_INTEGER },
  is_refused: { outcome: { kind: "success" } },
  is_unconfirmed: { outcome: { kind: "success" } },
};

describeExecutor("MemoryExecutor", async ({ slots }) => {
  const kinds = new Map<string, WorkKind>();
  const kindOf = ({ task }: Workload): WorkKind => kinds.get(task.taskId) ?? "fails";
  const executor = new MemoryExecutor({
    clock: new FakeClock(),
    slots,
    confirmStart: async (workload) => {
      if (kindOf(workload) === "is_unconfirmed") throw new Error("The database is away");
      return kindOf(workload) !== "is_refused";
    },
    script: (workload) => SCRIPTS[kindOf(workload)],
  });
  return {
    executor,
    workloadOf: (kind) => {
      const task = buildTask(`task${kinds.size}`);
      kinds.set(task.taskId, kind);
      const run = buildRun();
      const taskInstance = buildTaskInstance(task, run, { state: "queued", tryNumber: 1 });
      const from = { file: "dag.ts", fileHash: "hash", resumption: null };
      return { ...from, taskInstance, run, task, leaseToken: `lease of ${task.taskId}` };
    },
    untilRunning: (workload) =>
      new Promise((resolve) => {
        executor.onEvent((event) => {
          if (event.taskInstanceId === workload.taskInstance.id) resolve();
        });
      }),
    hasRun: ({ leaseToken }) => executor.effects.some((effect) => effect.leaseToken === leaseToken),
    isLeft: (workload) => executor.carried.includes(workload),
    close: () => executor.close(),
  };
});
