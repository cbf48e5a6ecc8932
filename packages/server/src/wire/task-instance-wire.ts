import type { TaskInstance as WireTask, WireTaskState, TaskTry as WireTry } from "@airloom/api";
import type {
  DagRun,
  Failure,
  JsonObject,
  Store,
  TaskInstance,
  TaskState,
  TaskTry,
} from "@airloom/core";
import type { DagVersions, KnownVersion } from "./dag-versions.ts";
import { copyRecord, renderDagVersion } from "./dag-wire.ts";
import { durationOf, renderInstant, renderInstantOrNull } from "./instants.ts";
import { nameUuid } from "./name-uuid.ts";
import { versionKeyOf } from "./run-wire.ts";

/** A state as the wire writes it: Airflow's null is our `none`. */
export function renderState(state: TaskState): WireTaskState | null {
  return state === "none" ? null : state;
}

export function parseState(state: WireTaskState | null): TaskState {
  return state ?? "none";
}

/** A task instance with what its row does not say: its run and its Dag's version. */
interface Placed {
  readonly run: DagRun | undefined;
  readonly version: KnownVersion | undefined;
}

/** Task instances as the wire shows them. Rendered fields stay out of lists: they are one read each. */
export async function renderTaskInstances(
  store: Pick<Store, "listRuns">,
  versions: DagVersions,
  taskInstances: readonly TaskInstance[],
): Promise<readonly WireTask[]> {
  const runs = await loadRuns(store, taskInstances);
  return Promise.all(
    taskInstances.map(async (taskInstance) => {
      const run = runs.get(taskInstance.dagRunId);
      const version = run === undefined ? undefined : await versions.find(versionKeyOf(run));
      return renderTaskInstance(taskInstance, { run, version }, {});
    }),
  );
}

export async function renderOneTaskInstance(
  store: Pick<Store, "listRuns" | "findRenderedFields">,
  versions: DagVersions,
  taskInstance: TaskInstance,
): Promise<WireTask> {
  const [runs, fields] = await Promise.all([
    loadRuns(store, [taskInstance]),
    store.findRenderedFields(taskInstance.id),
  ]);
  const run = runs.get(taskInstance.dagRunId);
  const version = run === undefined ? undefined : await versions.find(versionKeyOf(run));
  return renderTaskInstance(taskInstance, { run, version }, fields ?? {});
}

const RUNS_PER_QUERY = 1_000;

/** The runs of task instances by row id, in as few queries as pages allow. */
async function loadRuns(
  store: Pick<Store, "listRuns">,
  taskInstances: readonly TaskInstance[],
): Promise<ReadonlyMap<string, DagRun>> {
  if (taskInstances.length === 0) return new Map();
  const { items } = await store.listRuns(
    {
      dagIds: [...new Set(taskInstances.map((taskInstance) => taskInstance.dagId))],
      runIds: [...new Set(taskInstances.map((taskInstance) => taskInstance.runId))],
    },
    { limit: RUNS_PER_QUERY, offset: 0 },
  );
  return new Map(items.map((run) => [run.id, run]));
}

function renderTaskInstance(
  taskInstance: TaskInstance,
  placed: Placed,
  fields: JsonObject,
): WireTask {
  const { run } = placed;
  return {
    ...renderAttempt(taskInstance, placed, taskInstance),
    id: nameUuid(`task instance ${taskInstance.id}`),
    logical_date: renderInstantOrNull(run?.logicalDate ?? null),
    run_after: renderInstant(run?.runAfter ?? new Date(0)),
    note: taskInstance.note,
    rendered_map_index: taskInstance.mapIndex < 0 ? null : String(taskInstance.mapIndex),
    rendered_fields: copyRecord(fields),
    trigger: renderTrigger(taskInstance),
    triggerer_job: null,
    failure: renderFailure(taskInstance.failure),
    next_try_at: renderInstantOrNull(taskInstance.nextTryAt),
  };
}

/** One try of a task instance: what the row says, with what that try did. */
export function renderTry(taskInstance: TaskInstance, attempt: TaskTry, placed: Placed): WireTry {
  return {
    ...renderAttempt(taskInstance, placed, attempt),
    failure: renderFailure(attempt.failure),
  };
}

type AttemptFacts = Pick<
  TaskTry,
  "tryNumber" | "state" | "startedAt" | "endedAt" | "queuedAt" | "worker"
>;

function renderAttempt(
  taskInstance: TaskInstance,
  { run, version }: Placed,
  attempt: AttemptFacts,
): Omit<WireTry, "failure"> {
  const spec = version?.spec ?? null;
  const task = spec?.tasks.find((candidate) => candidate.taskId === taskInstance.taskId);
  const displayName = spec?.displayName ?? taskInstance.dagId;
  return {
    task_id: taskInstance.taskId,
    task_display_name: task?.displayName ?? taskInstance.taskId,
    dag_id: taskInstance.dagId,
    dag_display_name: displayName,
    dag_run_id: run?.runId ?? taskInstance.runId,
    dag_version:
      version === undefined || version.createdAt === null
        ? null
        : renderDagVersion({ ...version, displayName, createdAt: version.createdAt }),
    map_index: taskInstance.mapIndex,
    try_number: attempt.tryNumber,
    max_tries: taskInstance.maxTries,
    state: renderState(attempt.state),
    start_date: renderInstantOrNull(attempt.startedAt),
    end_date: renderInstantOrNull(attempt.endedAt),
    duration: durationOf(attempt.startedAt, attempt.endedAt),
    hostname: attempt.worker,
    unixname: null,
    pool: taskInstance.pool,
    pool_slots: taskInstance.poolSlots,
    queue: taskInstance.queue,
    priority_weight: taskInstance.priorityWeight,
    operator: taskInstance.operator,
    operator_name: taskInstance.operator,
    queued_when: renderInstantOrNull(attempt.queuedAt),
    scheduled_when: renderInstantOrNull(taskInstance.scheduledAt),
    pid: null,
    executor: null,
    executor_config: "{}",
  };
}

function renderFailure(failure: Failure | null): WireTry["failure"] {
  return failure === null ? null : { ...failure };
}

function renderTrigger({ id, deferral, startedAt }: TaskInstance): WireTask["trigger"] {
  if (deferral === null) return null;
  return {
    id: Number(id) || 0,
    classpath: deferral.trigger,
    // The trigger's input may hold what only the trigger should see.
    kwargs: "{}",
    created_date: renderInstant(startedAt ?? new Date(0)),
    queue: null,
    triggerer_id: null,
  };
}
