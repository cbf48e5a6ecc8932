import type {
  Connection,
  DagRun,
  DagSpec,
  JsonObject,
  JsonValue,
  TaskInstance,
  TaskNode,
  TaskSpec,
  TaskState,
  Workload,
} from "@airloom/core";
import { countUpstream, createTaskInstance, type Failure, judge, renderRunId } from "@airloom/core";
import type { Dag } from "../authoring/dag.ts";
import { type MemoryTaskApi, makeMemoryTaskApi } from "./memory-task-api.ts";
import { runToEnd } from "./run-to-end.ts";

/** What a Dag under test finds. */
export interface TestOptions {
  readonly conf?: JsonObject;
  readonly variables?: Readonly<Record<string, string>>;
  readonly connections?: Readonly<Record<string, Partial<Connection>>>;
  /** @default now */
  readonly logicalDate?: Date;
  /** Hears each line of each task's log. @default nothing is shown */
  readonly onLog?: (taskId: string, text: string) => void;
}

/** How one task of a test run ended. */
export interface TestedTask {
  readonly state: TaskState;
  readonly tries: number;
  readonly failure: Failure | null;
  readonly xcoms: Readonly<Record<string, JsonValue>>;
  readonly renderedFields: JsonObject | null;
}

/** How a test run ended. */
export interface TestedRun {
  readonly state: "success" | "failed";
  /** By task id. */
  readonly tasks: Readonly<Record<string, TestedTask>>;
  /** What each task returned, by task id; tasks that returned nothing are left out. */
  readonly results: Readonly<Record<string, JsonValue>>;
  readonly nodes: readonly TaskNode[];
}

interface Ended {
  readonly state: TaskState;
  readonly tries: number;
  readonly failure: Failure | null;
}

/** Runs a Dag in this process: in order, with trigger rules, branches and retries, but without waiting between tries. */
export async function testRun(dag: Dag, options: TestOptions): Promise<TestedRun> {
  const spec = dag.toSpec();
  const api = makeMemoryTaskApi({
    variables: options.variables ?? {},
    connections: options.connections ?? {},
  });
  const ended = new Map<string, Ended>();
  for (const task of spec.tasks) {
    const done =
      ended.get(task.taskId) ?? (await runTask(dag, task, { spec, api, ended, options }));
    ended.set(task.taskId, done);
  }
  return describeRun(spec, ended, api);
}

interface Progress {
  readonly spec: DagSpec;
  readonly api: MemoryTaskApi;
  readonly ended: Map<string, Ended>;
  readonly options: TestOptions;
}

async function runTask(dag: Dag, task: TaskSpec, progress: Progress): Promise<Ended> {
  const { ended, api, options, spec } = progress;
  const states = task.upstream.map((id): TaskState => ended.get(id)?.state ?? "none");
  const verdict = judge(task.triggerRule, countUpstream(states));
  if (verdict !== "run" && verdict !== "wait") return { state: verdict, tries: 0, failure: null };
  if (task.isEmpty) return { state: "success", tries: 0, failure: null };
  const workload = makeWorkload(spec, task, options);
  const { outcome, skip, tries } = await runToEnd(dag, workload, {
    api,
    onLog: (text) => options.onLog?.(task.taskId, text),
  });
  for (const taskId of skip) ended.set(taskId, { state: "skipped", tries: 0, failure: null });
  if (outcome.kind === "success" || outcome.kind === "skipped") {
    return { state: outcome.kind, tries, failure: null };
  }
  return { state: "failed", tries, failure: outcome.failure };
}

function describeRun(
  spec: DagSpec,
  ended: ReadonlyMap<string, Ended>,
  api: MemoryTaskApi,
): TestedRun {
  const upstream = new Set(spec.tasks.flatMap((task) => task.upstream));
  const leaves = spec.tasks.filter((task) => !upstream.has(task.taskId));
  const isFailed = (state: TaskState | undefined): boolean =>
    state === "failed" || state === "upstream_failed";
  const tasks = [...ended].map(([taskId, end]): readonly [string, TestedTask] => [
    taskId,
    {
      ...end,
      xcoms: Object.fromEntries(api.xcoms.get(taskId) ?? []),
      renderedFields: api.renderedFields.get(taskId) ?? null,
    },
  ]);
  const results = [...api.xcoms].flatMap(([taskId, values]) => {
    const value = values.get("return_value");
    return value === undefined ? [] : [[taskId, value] as const];
  });
  return {
    state: leaves.some((task) => isFailed(ended.get(task.taskId)?.state)) ? "failed" : "success",
    tasks: Object.fromEntries(tasks),
    results: Object.fromEntries(results),
    nodes: [...api.nodes.values()],
  };
}

function makeWorkload(spec: DagSpec, task: TaskSpec, options: TestOptions): Workload {
  const at = options.logicalDate ?? new Date();
  const runId = renderRunId("manual", at);
  const run: DagRun = {
    id: runId,
    dagId: spec.dagId,
    runId,
    runType: "manual",
    triggeredBy: "test",
    triggeringUser: null,
    state: "running",
    logicalDate: at,
    dataIntervalStart: at,
    dataIntervalEnd: at,
    runAfter: at,
    queuedAt: at,
    startedAt: at,
    endedAt: null,
    conf: options.conf ?? {},
    note: null,
    dagVersion: 1,
    dagHash: "",
    clearNumber: 0,
  };
  const leaseToken = "test";
  const taskInstance: TaskInstance = {
    ...createTaskInstance(task, run, task.taskId),
    state: "running",
    tryNumber: 1,
    leaseToken,
    scheduledAt: at,
    queuedAt: at,
    startedAt: at,
  };
  return { taskInstance, leaseToken, task, file: "", fileHash: "", resumption: null, run };
}
