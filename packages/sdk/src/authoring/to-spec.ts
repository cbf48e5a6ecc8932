import {
  AirloomError,
  type BranchSpec,
  checkSchedule,
  type DagSpec,
  type GroupSpec,
  type JsonObject,
  type JsonValue,
  type ScheduleSpec,
  type TaskSpec,
} from "@airloom/core";
import { dagError } from "./dag-error.ts";
import { type DagOptions, resolveSchedule, SCHEDULE_PRESETS } from "./dag-options.ts";
import type { Declarations, DeclaredTask } from "./declarations.ts";
import { resolveUpstream, sortTasks } from "./graph.ts";
import { renderSuggestion } from "./suggestion.ts";
import { toJsonValue } from "./wire.ts";

/** Writes a Dag down as data, in an order that does not depend on the order of its declarations. */
export function toDagSpec(declarations: Declarations, options: DagOptions): DagSpec {
  checkCalled(declarations);
  const upstream = resolveUpstream(declarations);
  const tasks = sortTasks(declarations, upstream).flatMap((id) => {
    const task = declarations.tasks.get(id);
    return task === undefined ? [] : [toTaskSpec(task, upstream.get(id) ?? new Set(), options)];
  });
  checkFailFast(declarations, options, tasks);
  checkCatchup(declarations, options);
  const timezone = options.timezone ?? "UTC";
  return {
    dagId: declarations.dagId,
    displayName: options.dagDisplayName ?? declarations.dagId,
    description: options.description ?? null,
    docMd: options.docMd ?? null,
    tags: [...new Set(options.tags)].toSorted(),
    owners: [...new Set(tasks.map((task) => task.owner))].toSorted(),
    schedule: toScheduleSpec(declarations, options, timezone),
    startDate: options.startDate?.toISOString() ?? null,
    endDate: options.endDate?.toISOString() ?? null,
    timezone,
    catchup: options.catchup ?? false,
    maxActiveRuns: options.maxActiveRuns ?? 16,
    maxActiveTasks: options.maxActiveTasks ?? 16,
    maxConsecutiveFailedDagRuns: options.maxConsecutiveFailedDagRuns ?? 0,
    dagrunTimeout: options.dagrunTimeout ?? null,
    failFast: options.failFast ?? false,
    isPausedUponCreation: options.isPausedUponCreation ?? null,
    params: toJson(options.params ?? {}, "params"),
    renderTemplateAsNativeObj: options.renderTemplateAsNativeObj ?? false,
    tasks,
    groups: toGroupSpecs(declarations),
  };
}

function toTaskSpec(task: DeclaredTask, upstream: ReadonlySet<string>, dag: DagOptions): TaskSpec {
  const { options, body } = task;
  const operator = body.kind === "operator" ? body.operator : undefined;
  return {
    taskId: task.taskId,
    groupId: task.groupId,
    displayName: options.displayName ?? task.taskId,
    operator: body.kind === "handler" ? "task" : (operator?.name ?? body.kind),
    isEmpty: operator?.isEmpty ?? false,
    owner: options.owner ?? "airloom",
    docMd: options.docMd ?? null,
    upstream: [...upstream].toSorted(),
    inputs: sortKeys(task.inputs ?? {}),
    templateFields: toTemplateFields(operator?.fields ?? {}),
    branch: toBranchSpec(task),
    triggerRule: options.triggerRule ?? "all_success",
    retries: options.retries ?? 0,
    retryDelay: options.retryDelay ?? 300,
    retryExponentialBackoff: toFactor(options.retryExponentialBackoff ?? false),
    maxRetryDelay: options.maxRetryDelay ?? null,
    executionTimeout: options.executionTimeout ?? null,
    dependsOnPast: options.dependsOnPast ?? options.waitForDownstream ?? false,
    waitForDownstream: options.waitForDownstream ?? false,
    pool: options.pool ?? "default_pool",
    poolSlots: options.poolSlots ?? 1,
    priorityWeight: options.priorityWeight ?? 1,
    weightRule: options.weightRule ?? "downstream",
    queue: options.queue ?? dag.queue ?? "default",
    maxActiveTisPerDag: options.maxActiveTisPerDag ?? null,
    maxActiveTisPerDagrun: options.maxActiveTisPerDagrun ?? null,
    links: operator?.links ?? [],
    returns: null,
  };
}

function toFactor(backoff: boolean | number): number {
  if (typeof backoff === "number") return backoff;
  return backoff ? 2 : 0;
}

function toBranchSpec({ body, branches }: DeclaredTask): BranchSpec | null {
  // oxlint-disable-next-line unicorn/no-thenable -- data with the words of `dag.if(…).then(…).else(…)`
  if (body.kind === "if") return { kind: "if", then: branches.yes, else: branches.no };
  if (body.kind === "switch") return { kind: "switch", cases: branches.cases };
  return null;
}

/** Fields as written; of a function its source, so that a change of it is a change of the Dag. */
export function toTemplateFields(fields: Readonly<Record<string, unknown>>): JsonObject {
  const written = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(written.map(([name, value]) => [name, toWritten(value, name)]));
}

function toWritten(value: unknown, path: string): JsonValue {
  if (typeof value === "function") return value.toString();
  return toJsonValue(value, `field "${path}"`);
}

function toGroupSpecs(declarations: Declarations): readonly GroupSpec[] {
  return [...declarations.groups.values()]
    .map(({ groupId, parentId, tooltip }) => ({ groupId, parentId, tooltip }))
    .toSorted((a, b) => (a.groupId < b.groupId ? -1 : 1));
}

function toScheduleSpec(
  declarations: Declarations,
  options: DagOptions,
  timezone: string,
): ScheduleSpec {
  const schedule = options.schedule ?? null;
  const resolved = resolveSchedule(schedule, timezone);
  if (resolved !== undefined) return checked(resolved, declarations);
  const written = typeof schedule === "string" ? schedule : JSON.stringify(schedule);
  const hint = renderSuggestion(written, SCHEDULE_PRESETS);
  const message = `Cannot read schedule "${written}" of Dag "${declarations.dagId}": expected cron text or one of ${SCHEDULE_PRESETS.join(", ")}${hint}`;
  throw dagError("schedule.bad_value", message, declarations.place);
}

function checked(schedule: ScheduleSpec, { dagId, place }: Declarations): ScheduleSpec {
  try {
    checkSchedule(schedule);
    return schedule;
  } catch (error) {
    if (!(error instanceof AirloomError)) throw error;
    throw dagError(
      error.code,
      `Cannot use the schedule of Dag "${dagId}": ${error.message}`,
      place,
    );
  }
}

function checkCatchup({ dagId, place }: Declarations, options: DagOptions): void {
  if (options.catchup !== true || options.startDate !== undefined) return;
  const message = `Dag "${dagId}" has catchup: say with startDate from when on its runs are made up for`;
  throw dagError("dag.bad_spec", message, place);
}

function checkCalled(declarations: Declarations): void {
  for (const task of declarations.tasks.values()) {
    if (task.inputs !== undefined) continue;
    const message = `Task "${task.taskId}" of Dag "${declarations.dagId}" is declared but never called: call what dag.task() gave to place it in the graph`;
    throw dagError("dag.bad_spec", message, task.place);
  }
}

function checkFailFast(
  declarations: Declarations,
  options: DagOptions,
  tasks: readonly TaskSpec[],
): void {
  if (options.failFast !== true) return;
  const other = tasks.find((task) => task.triggerRule !== "all_success");
  if (other === undefined) return;
  const message = `Dag "${declarations.dagId}" is failFast, but task "${other.taskId}" has trigger rule "${other.triggerRule}": with failFast every task must keep "all_success"`;
  throw dagError("dag.bad_spec", message, declarations.tasks.get(other.taskId)?.place);
}

function sortKeys<T>(record: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function toJson(value: JsonObject, path: string): JsonObject {
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, toJsonValue(item, `${path}.${key}`)]),
  );
}
