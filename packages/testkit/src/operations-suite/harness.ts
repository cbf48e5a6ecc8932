import type {
  AuditEntry,
  ClearRequest,
  DagRun,
  DagSpec,
  NewRun,
  Operations,
  RunState,
  TaskInstance,
} from "@airloom/core";
import { buildChain, buildDag } from "../dag-builder.ts";
import type { RunningStore } from "../running-store.ts";
import { advance, after, createRun, loadRun, NOW, TO_RUNNING } from "../store-suite/harness.ts";

/** Operations over a store on which nothing else acts; their clock stands at the suites' moment. */
export interface OperationsHarness {
  readonly operations: Operations;
  readonly store: RunningStore;
  readonly addDag: (spec: DagSpec) => Promise<void>;
  /** Newest last. */
  readonly loadAudit: () => Promise<readonly Omit<AuditEntry, "id">[]>;
  close(): Promise<void>;
}

/** A harness with a Dag "dag" of the tasks a → b → c. */
export type OpenOperations = () => Promise<OperationsHarness>;

/** Adds the Dag of the suite. */
export async function withDag(open: () => Promise<OperationsHarness>): Promise<OperationsHarness> {
  const harness = await open();
  await harness.addDag(buildDag("dag", buildChain(["a", "b", "c"], { retries: 1 })));
  return harness;
}

const ENDED = { endedAt: after(1), leaseToken: null, leaseExpiresAt: null };

const STEPS = {
  none: [],
  scheduled: [["scheduled", { tryNumber: 1 }]],
  queued: TO_RUNNING.slice(0, 2),
  running: TO_RUNNING,
  deferred: [
    ...TO_RUNNING,
    ["deferred", { deferral: { trigger: "t", input: {}, timeoutAt: null } }],
  ],
  up_for_retry: [...TO_RUNNING, ["up_for_retry", { ...ENDED, nextTryAt: after(60) }]],
  success: [...TO_RUNNING, ["success", ENDED]],
  failed: [...TO_RUNNING, ["failed", ENDED]],
  skipped: [["skipped", { endedAt: NOW }]],
  upstream_failed: [["upstream_failed", { endedAt: NOW }]],
} as const satisfies Readonly<Record<string, Parameters<typeof advance>[2]>>;

/** How far a task of a laid run has come. */
export type Laid = keyof typeof STEPS;
export const LAID_STATES = [
  "none",
  "scheduled",
  "queued",
  "running",
  "deferred",
  "up_for_retry",
  "success",
  "failed",
  "skipped",
  "upstream_failed",
] as const satisfies readonly Laid[];

/** A run of "dag" whose tasks a, b and c have come this far. */
export async function layRun(
  { store }: OperationsHarness,
  states: readonly [a: Laid, b: Laid, c: Laid],
  fields: Partial<NewRun> & { readonly state?: RunState } = {},
): Promise<DagRun> {
  const { state = "running", ...run } = fields;
  const { id } = await createRun(store, "dag", run.runId ?? "r", run);
  for (const taskInstance of (await loadRun(store, id)).taskInstances) {
    const position = ["a", "b", "c"].indexOf(taskInstance.taskId);
    await advance(store, taskInstance, STEPS[states[position] ?? "none"]);
  }
  const moves = [
    { from: "queued", to: "running" },
    { from: "running", to: state },
  ] as const;
  const applied = state === "queued" ? [] : moves.filter(({ from, to }) => from !== to);
  for (const move of applied) {
    await store.transition({ runs: [{ dagRunId: id, actor: "test", ...move }], now: NOW });
  }
  return findRun(store, run.runId ?? "r");
}

/** A run of "dag" as it is now. */
export async function findRun(store: RunningStore, runId: string): Promise<DagRun> {
  const run = await store.findRun("dag", runId);
  if (run === undefined) throw new Error(`Run "${runId}" is gone`);
  return run;
}

/** The task instances of a run of "dag" as they are now, by task id. */
export async function loadTasks(
  store: RunningStore,
  runId = "r",
): Promise<Readonly<Record<"a" | "b" | "c", TaskInstance>>> {
  const find = async (taskId: string): Promise<TaskInstance> => {
    const found = await store.findTaskInstance({ dagId: "dag", runId, taskId });
    if (found === undefined) throw new Error(`Task "${taskId}" of run "${runId}" is gone`);
    return found;
  };
  return { a: await find("a"), b: await find("b"), c: await find("c") };
}

/** The states of a, b and c now. */
export async function loadStates(store: RunningStore, runId = "r"): Promise<readonly string[]> {
  return Object.values(await loadTasks(store, runId)).map(({ state }) => state);
}

/** A clear of a run of "dag", for suites to vary. */
export function clearRequest(fields: Partial<ClearRequest> = {}): ClearRequest {
  return {
    dagId: "dag",
    onlyFailed: false,
    onlyRunning: false,
    includeUpstream: false,
    includeDownstream: false,
    includePast: false,
    includeFuture: false,
    resetDagRuns: true,
    runOnLatestVersion: false,
    preventRunningTask: false,
    dryRun: false,
    user: "ann",
    ...fields,
  };
}
