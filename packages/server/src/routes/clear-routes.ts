import { AirloomError, type Store, type TaskInstance } from "@airloom/core";
import type { ServerContext } from "../context.ts";
import { saveAudit } from "../http/audit.ts";
import { findDagOrThrow, findTaskInstanceOrThrow } from "../http/find-or-throw.ts";
import type { Call, Handlers } from "../http/handler.ts";
import { loadAll } from "../http/load-all.ts";
import type { DagVersions } from "../wire/dag-versions.ts";
import { parseInstant } from "../wire/instants.ts";
import { renderTaskInstances } from "../wire/task-instance-wire.ts";

type Ids = "clearTaskInstances" | "patchTaskInstance" | "dryRunTaskInstance";

type MarkCall = Pick<Call<"patchTaskInstance">, "query" | "body" | "user">;

/** What people do to task instances: clear them, mark them. */
export function clearRoutes(context: ServerContext, versions: DagVersions): Handlers<Ids> {
  const { store, operations } = context;

  async function render(taskInstances: readonly TaskInstance[]) {
    const rendered = await renderTaskInstances(store, versions, taskInstances);
    return { task_instances: [...rendered], total_entries: taskInstances.length };
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
      return render(cleared);
    },

    patchTaskInstance: async (call) => {
      const change = readChange(call);
      const { params, query, user, request } = call;
      const target = await findTaskInstanceOrThrow(store, params, query.map_index ?? -1);
      const marked = await mark(context, call, { target, change, dryRun: false });
      if (change.note !== undefined) {
        await store.saveTaskNote(target.id, change.note);
        await saveAudit(context, { id: "saveTaskNote", request, user });
      }
      const isListed = marked.some(({ id }) => id === target.id);
      return render(await loadAgain(store, isListed ? marked : [target, ...marked]));
    },

    dryRunTaskInstance: async (call) => {
      const change = readChange(call);
      const target = await findTaskInstanceOrThrow(store, call.params, call.query.map_index ?? -1);
      return render(await mark(context, call, { target, change, dryRun: true }));
    },
  };
}

/** What a PATCH of a task instance asks for: only what the mask names, where there is one. */
interface Change {
  readonly state: MarkCall["body"]["new_state"];
  readonly note: string | null | undefined;
}

function readChange({ query, body }: Pick<MarkCall, "query" | "body">): Change {
  const mask = new Set(query.update_mask ?? Object.keys(body));
  const state = mask.has("new_state") ? body.new_state : undefined;
  const note = mask.has("note") ? body.note : undefined;
  if (state != null || note !== undefined) return { state, note };
  throw new AirloomError(
    "input.invalid",
    "Cannot change a task instance: expected new_state or note, with new_state one of success, failed, skipped",
  );
}

async function mark(
  { operations }: Pick<ServerContext, "operations">,
  { query, body, user }: MarkCall,
  {
    target,
    change,
    dryRun,
  }: { readonly target: TaskInstance; readonly change: Change; readonly dryRun: boolean },
): Promise<readonly TaskInstance[]> {
  if (change.state == null) return [];
  return operations.markTasks({
    dagId: target.dagId,
    runId: target.runId,
    taskId: target.taskId,
    ...(query.map_index === undefined ? {} : { mapIndex: query.map_index }),
    state: change.state,
    includeUpstream: body.include_upstream,
    includeDownstream: body.include_downstream,
    includePast: body.include_past,
    includeFuture: body.include_future,
    dryRun,
    user: user?.username ?? null,
  });
}

/** The same task instances as they are now: whoever changed them wants to see that. */
async function loadAgain(
  store: Pick<Store, "listTaskInstances">,
  taskInstances: readonly TaskInstance[],
): Promise<readonly TaskInstance[]> {
  const filter = {
    dagIds: [...new Set(taskInstances.map(({ dagId }) => dagId))],
    runIds: [...new Set(taskInstances.map(({ runId }) => runId))],
    taskIds: [...new Set(taskInstances.map(({ taskId }) => taskId))],
  };
  const found = await loadAll((page) => store.listTaskInstances(filter, page));
  const byId = new Map(found.map((taskInstance) => [taskInstance.id, taskInstance]));
  return taskInstances.flatMap(({ id }) => byId.get(id) ?? []);
}

/** `[task_id, map_index]` clears the whole task: single map indexes cannot be cleared apart. */
function taskIdOf(name: string | readonly [string, number]): string {
  return typeof name === "string" ? name : name[0];
}
