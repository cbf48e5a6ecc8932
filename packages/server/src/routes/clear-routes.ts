import { AirloomError } from "@airloom/core";
import type { ServerContext } from "../context.ts";
import { findDagOrThrow, findTaskInstanceOrThrow } from "../http/find-or-throw.ts";
import type { Call, Handlers } from "../http/handler.ts";
import type { DagVersions } from "../wire/dag-versions.ts";
import { parseInstant } from "../wire/instants.ts";
import { renderTaskInstances } from "../wire/task-instance-wire.ts";

type Ids = "clearTaskInstances" | "patchTaskInstance" | "dryRunTaskInstance";

type MarkCall = Pick<Call<"patchTaskInstance">, "params" | "query" | "body" | "user">;

/** What people do to task instances: clear them, mark them. */
export function clearRoutes(context: ServerContext, versions: DagVersions): Handlers<Ids> {
  const { store, operations } = context;

  async function mark(call: MarkCall, dryRun: boolean) {
    const { params, query, body, user } = call;
    const taskInstance = await findTaskInstanceOrThrow(store, params, query.map_index ?? -1);
    if (body.new_state == null) {
      throw new AirloomError(
        "input.invalid",
        "Cannot mark a task instance without new_state: expected success, failed or skipped",
      );
    }
    const affected = await operations.markTasks({
      dagId: taskInstance.dagId,
      runId: taskInstance.runId,
      taskId: taskInstance.taskId,
      ...(query.map_index === undefined ? {} : { mapIndex: query.map_index }),
      state: body.new_state,
      includeUpstream: body.include_upstream,
      includeDownstream: body.include_downstream,
      includePast: body.include_past,
      includeFuture: body.include_future,
      dryRun,
      user: user?.username ?? null,
    });
    const rendered = await renderTaskInstances(store, versions, affected);
    return { task_instances: [...rendered], total_entries: affected.length };
  }

  return {
    clearTaskInstances: async ({ params, body, user }) => {
      await findDagOrThrow(store, params.dag_id);
      const cleared = await operations.clear({
        dagId: params.dag_id,
        ...(body.dag_run_id == null ? {} : { runId: body.dag_run_id }),
        ...(body.start_date == null ? {} : { startDate: parseInstant(body.start_date) }),
        ...(body.end_date == null ? {} : { endDate: parseInstant(body.end_date) }),
        ...(body.task_ids == null ? {} : { taskIds: body.task_ids.map(taskIdOf) }),
        onlyFailed: body.only_failed,
        onlyRunning: body.only_running,
        includeUpstream: body.include_upstream,
        includeDownstream: body.include_downstream,
        includePast: body.include_past,
        includeFuture: body.include_future,
        resetDagRuns: body.reset_dag_runs,
        runOnLatestVersion: body.run_on_latest_version,
        preventRunningTask: body.prevent_running_task,
        dryRun: body.dry_run,
        user: user?.username ?? null,
      });
      const rendered = await renderTaskInstances(store, versions, cleared);
      return { task_instances: [...rendered], total_entries: cleared.length };
    },

    patchTaskInstance: (call) => mark(call, false),
    dryRunTaskInstance: (call) => mark(call, true),
  };
}

/** `[task_id, map_index]` clears the whole task: single map indexes cannot be cleared apart. */
function taskIdOf(name: string | readonly [string, number]): string {
  return typeof name === "string" ? name : name[0];
}
