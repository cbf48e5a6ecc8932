import type { Dag, DagDetails, DagVersion, Task, TimeDelta } from "@airloom/api";
import type { DagSpec, JsonObject, JsonValue, StoredDag, TaskSpec } from "@airloom/core";
import { renderInstant, renderInstantOrNull } from "./instants.ts";
import { nameUuid } from "./name-uuid.ts";
import { describeSchedule, summarizeSchedule } from "./schedule-text.ts";

/** The one bundle of a project. */
const BUNDLE = "dags-folder";

export function renderDag(dag: StoredDag): Dag {
  const { spec } = dag;
  return {
    dag_id: dag.dagId,
    dag_display_name: spec.displayName,
    is_paused: dag.isPaused,
    is_stale: !dag.isActive,
    has_import_errors: dag.isStale,
    last_parsed_time: renderInstant(dag.parsedAt),
    last_parse_duration: null,
    last_expired: null,
    bundle_name: BUNDLE,
    bundle_version: null,
    relative_fileloc: dag.file,
    fileloc: dag.file,
    file_token: nameUuid(dag.file),
    description: spec.description,
    timetable_summary: summarizeSchedule(spec.schedule),
    timetable_description: describeSchedule(spec.schedule),
    timetable_partitioned: false,
    tags: spec.tags.map((name) => ({
      name,
      dag_id: dag.dagId,
      dag_display_name: spec.displayName,
    })),
    max_active_tasks: spec.maxActiveTasks,
    max_active_runs: spec.maxActiveRuns,
    max_consecutive_failed_dag_runs: spec.maxConsecutiveFailedDagRuns,
    has_task_concurrency_limits: spec.tasks.some(
      (task) => task.maxActiveTisPerDag !== null || task.maxActiveTisPerDagrun !== null,
    ),
    next_dagrun_logical_date: renderInstantOrNull(dag.nextDataIntervalStart),
    next_dagrun_data_interval_start: renderInstantOrNull(dag.nextDataIntervalStart),
    next_dagrun_data_interval_end: renderInstantOrNull(dag.nextDataIntervalEnd),
    next_dagrun_run_after: renderInstantOrNull(dag.nextRunAfter),
    allowed_run_types: null,
    owners: [...spec.owners],
  };
}

export function renderDagDetails(
  dag: StoredDag,
  more: { readonly activeRuns: number; readonly versionCreatedAt: Date },
): DagDetails {
  const { spec } = dag;
  return {
    ...renderDag(dag),
    catchup: spec.catchup,
    dag_run_timeout: spec.dagrunTimeout === null ? null : `PT${spec.dagrunTimeout}S`,
    asset_expression: null,
    doc_md: spec.docMd,
    start_date: spec.startDate,
    end_date: spec.endDate,
    is_paused_upon_creation: spec.isPausedUponCreation,
    params: copyRecord(spec.params),
    render_template_as_native_obj: spec.renderTemplateAsNativeObj,
    template_search_path: null,
    timezone: spec.timezone,
    last_parsed: renderInstant(dag.parsedAt),
    default_args: null,
    owner_links: null,
    is_favorite: false,
    active_runs_count: more.activeRuns,
    latest_dag_version: renderDagVersion({
      dagId: dag.dagId,
      version: dag.version,
      hash: dag.hash,
      displayName: spec.displayName,
      createdAt: more.versionCreatedAt,
    }),
    concurrency: spec.maxActiveTasks,
  };
}

export function renderDagVersion(version: {
  readonly dagId: string;
  readonly version: number;
  readonly hash: string;
  readonly displayName: string;
  readonly createdAt: Date;
}): DagVersion {
  return {
    id: nameUuid(`${version.dagId}\n${version.version}\n${version.hash}`),
    version_number: version.version,
    dag_id: version.dagId,
    dag_display_name: version.displayName,
    bundle_name: BUNDLE,
    bundle_version: null,
    bundle_url: null,
    created_at: renderInstant(version.createdAt),
  };
}

export function renderTask(task: TaskSpec, spec: DagSpec): Task {
  return {
    task_id: task.taskId,
    task_display_name: task.displayName,
    owner: task.owner,
    start_date: spec.startDate,
    end_date: spec.endDate,
    trigger_rule: task.triggerRule,
    depends_on_past: task.dependsOnPast,
    wait_for_downstream: task.waitForDownstream,
    retries: task.retries,
    queue: task.queue,
    pool: task.pool,
    pool_slots: task.poolSlots,
    execution_timeout: task.executionTimeout === null ? null : renderDelta(task.executionTimeout),
    retry_delay: renderDelta(task.retryDelay),
    retry_exponential_backoff: task.retryExponentialBackoff,
    priority_weight: task.priorityWeight,
    weight_rule: task.weightRule,
    ui_color: null,
    ui_fgcolor: null,
    template_fields: Object.keys(task.templateFields),
    downstream_task_ids: spec.tasks
      .filter((other) => other.upstream.includes(task.taskId))
      .map((other) => other.taskId),
    doc_md: task.docMd,
    operator_name: task.operator,
    params: copyRecord(spec.params),
    class_ref: null,
    is_mapped: false,
    extra_links: task.links.map((link) => link.name),
  };
}

function renderDelta(seconds: number): TimeDelta {
  const whole = Math.trunc(seconds);
  return {
    __type: "TimeDelta",
    days: Math.trunc(whole / 86_400),
    seconds: whole % 86_400,
    microseconds: Math.round((seconds - whole) * 1_000_000),
  };
}

type WireJson = NonNullable<DagDetails["params"]>[string];

/** JSON of the domain is read-only, JSON of the contract is not: the copy bridges the two. */
export function copyJson(value: JsonValue): WireJson {
  return JSON.parse(JSON.stringify(value));
}

export function copyRecord(value: JsonObject): Record<string, WireJson> {
  return JSON.parse(JSON.stringify(value));
}
