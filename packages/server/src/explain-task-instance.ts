import type { DagSpec, TaskInstance } from "@airloom/core";
import type { ServerContext } from "./context.ts";
import { loadAll } from "./http/load-all.ts";
import type { DagVersions } from "./wire/dag-versions.ts";
import { versionKeyOf } from "./wire/run-wire.ts";

type Reasons = Awaited<ReturnType<ServerContext["operations"]["explain"]>>;

const MAX_NAMED = 5;

/** Why a task instance has not run: what the scheduler waits for, or what failed before it. */
export async function explainTaskInstance(
  { store, operations }: Pick<ServerContext, "store" | "operations">,
  versions: DagVersions,
  taskInstance: TaskInstance,
): Promise<Reasons> {
  if (taskInstance.state !== "upstream_failed") return operations.explain(taskInstance.id);
  const { dagId, runId, taskId } = taskInstance;
  const run = await store.findRun(dagId, runId);
  const spec = run === undefined ? null : (await versions.find(versionKeyOf(run))).spec;
  if (spec === null) return [];
  const filter = { dagIds: [dagId], runIds: [runId] };
  const instances = await loadAll((page) => store.listTaskInstances(filter, page));
  const message = describeFailedUpstream(spec, instances, taskId);
  return [{ code: "upstream_failed", message }];
}

/** Names the tasks whose failure keeps a task from running, also those that failed further up. */
export function describeFailedUpstream(
  spec: DagSpec,
  instances: readonly Pick<TaskInstance, "taskId" | "state">[],
  taskId: string,
): string {
  const failed = [...findFailedUpstream(spec, instances, taskId)];
  if (failed.length === 0) {
    const rule = spec.tasks.find((task) => task.taskId === taskId)?.triggerRule ?? "all_success";
    return `its trigger rule "${rule}" can no longer be met`;
  }
  const named = failed.slice(0, MAX_NAMED).map((id) => `"${id}"`);
  const more = failed.length - named.length;
  return `upstream ${failed.length === 1 ? "task" : "tasks"} ${named.join(", ")}${more > 0 ? ` and ${more} more` : ""} failed`;
}

function findFailedUpstream(
  spec: DagSpec,
  instances: readonly Pick<TaskInstance, "taskId" | "state">[],
  taskId: string,
): ReadonlySet<string> {
  const upstream = new Map(spec.tasks.map((task) => [task.taskId, task.upstream]));
  const states = Map.groupBy(instances, (instance) => instance.taskId);
  const has = (id: string, state: TaskInstance["state"]): boolean =>
    states.get(id)?.some((instance) => instance.state === state) === true;
  const failed = new Set<string>();
  const seen = new Set<string>();
  const follow = (id: string): void => {
    for (const source of upstream.get(id) ?? []) {
      if (seen.has(source)) continue;
      seen.add(source);
      if (has(source, "failed")) failed.add(source);
      if (has(source, "upstream_failed")) follow(source);
    }
  };
  follow(taskId);
  return failed;
}
