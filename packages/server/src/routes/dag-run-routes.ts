import type { RunFilter, StoredDag } from "@airloom/core";
import { AirloomError, parseRunId, RUN_STATES } from "@airloom/core";
import type { ServerContext } from "../context.ts";
import { saveAudit } from "../http/audit.ts";
import { ALL, findDagOrThrow, findRunOrThrow } from "../http/find-or-throw.ts";
import type { Call, Handlers } from "../http/handler.ts";
import { cut, pageOf } from "../http/page.ts";
import { rangesOf } from "../http/ranges.ts";
import type { DagVersions } from "../wire/dag-versions.ts";
import { parseInstant } from "../wire/instants.ts";
import { renderOneRun, renderRuns } from "../wire/run-wire.ts";
import { renderTaskInstances } from "../wire/task-instance-wire.ts";

type Ids =
  | "listDagRuns"
  | "batchDagRuns"
  | "triggerDagRun"
  | "getDagRun"
  | "patchDagRun"
  | "deleteDagRun"
  | "clearDagRun"
  | "getDagStats";

const ORDER = {
  id: "id",
  dag_id: "dagId",
  dag_run_id: "runId",
  run_id: "runId",
  state: "state",
  run_type: "runType",
  logical_date: "logicalDate",
  run_after: "runAfter",
  start_date: "startedAt",
  end_date: "endedAt",
} as const;

/** Runs. */
export function dagRunRoutes(context: ServerContext, versions: DagVersions): Handlers<Ids> {
  const { store, operations } = context;

  async function listRuns(
    filter: RunFilter,
    paging: { limit: number; offset: number; order_by?: readonly string[] | undefined },
  ) {
    const { items, total } = await store.listRuns(filter, pageOf(paging, ORDER, ["id"]));
    const runs = await renderRuns(store, versions, cut(items, paging.limit));
    return { dag_runs: [...runs], total_entries: total };
  }

  return {
    listDagRuns: async ({ params, query }) => {
      if (params.dag_id !== ALL) await findDagOrThrow(store, params.dag_id);
      return listRuns(
        {
          ...(params.dag_id === ALL ? {} : { dagIds: [params.dag_id] }),
          ...(query.state === undefined ? {} : { states: query.state }),
          ...(query.run_type === undefined ? {} : { runTypes: query.run_type }),
          ...(query.run_id_pattern === undefined ? {} : { runIdPattern: query.run_id_pattern }),
          ranges: rangesOf(query),
        },
        query,
      );
    },

    batchDagRuns: async ({ params, body }) => {
      if (params.dag_id !== ALL) refuseNamed("dag_id", params.dag_id);
      const states = (body.states ?? []).filter((state) => state !== null);
      return listRuns(
        {
          ...(body.dag_ids == null ? {} : { dagIds: body.dag_ids }),
          ...(states.length === 0 ? {} : { states }),
          ranges: rangesOf(body),
        },
        {
          limit: body.page_limit,
          offset: body.page_offset,
          ...(body.order_by == null ? {} : { order_by: [body.order_by] }),
        },
      );
    },

    triggerDagRun: async (call) => renderOneRun(store, versions, await trigger(context, call)),

    getDagRun: async ({ params }) =>
      renderOneRun(store, versions, await findRunOrThrow(store, params)),

    patchDagRun: async ({ params, query, body, user, request }) => {
      await findRunOrThrow(store, params);
      const mask = new Set(query.update_mask ?? Object.keys(body));
      if (mask.has("state") && body.state != null) {
        await operations.markRun({
          dagId: params.dag_id,
          runId: params.dag_run_id,
          state: body.state,
          user: user?.username ?? null,
        });
      }
      if (mask.has("note") && body.note !== undefined) {
        await store.saveRunNote(params.dag_id, params.dag_run_id, body.note);
        await saveAudit(context, { id: "saveRunNote", request, user });
      }
      return renderOneRun(store, versions, await findRunOrThrow(store, params));
    },

    deleteDagRun: async ({ params }) => {
      const run = await findRunOrThrow(store, params);
      if (run.state === "running" || run.state === "queued") {
        throw new AirloomError(
          "run.conflict",
          `Cannot delete run "${run.runId}" while it is ${run.state}: mark it failed first`,
        );
      }
      await store.deleteRun(params.dag_id, params.dag_run_id);
      return undefined;
    },

    clearDagRun: async ({ params, body, user }) => {
      await findRunOrThrow(store, params);
      const cleared = await operations.clear({
        dagId: params.dag_id,
        runId: params.dag_run_id,
        onlyFailed: body.only_failed,
        onlyRunning: false,
        includeUpstream: false,
        includeDownstream: false,
        includePast: false,
        includeFuture: false,
        resetDagRuns: true,
        runOnLatestVersion: body.run_on_latest_version,
        preventRunningTask: false,
        dryRun: body.dry_run,
        user: user?.username ?? null,
      });
      if (!body.dry_run) return renderOneRun(store, versions, await findRunOrThrow(store, params));
      const taskInstances = await renderTaskInstances(store, versions, cleared);
      return { task_instances: [...taskInstances], total_entries: cleared.length };
    },

    getDagStats: async ({ query }) => {
      const { items: dags } = await store.listDags(
        { active: true, ...(query.dag_ids === undefined ? {} : { dagIds: query.dag_ids }) },
        { limit: 1_000, offset: 0 },
      );
      return { dags: await countRuns(context, dags), total_entries: dags.length };
    },
  };
}

async function trigger({ store, operations }: ServerContext, call: Call<"triggerDagRun">) {
  const { params, body, user } = call;
  await findDagOrThrow(store, params.dag_id);
  return operations.triggerRun({
    dagId: params.dag_id,
    ...(body.dag_run_id == null ? {} : { runId: parseRunId(body.dag_run_id) }),
    ...(body.conf == null ? {} : { conf: body.conf }),
    ...(body.logical_date === undefined
      ? {}
      : { logicalDate: body.logical_date === null ? null : parseInstant(body.logical_date) }),
    ...(body.run_after == null ? {} : { runAfter: parseInstant(body.run_after) }),
    note: body.note ?? null,
    triggeredBy: call.credentials?.kind === "cookie" ? "ui" : "rest_api",
    user: user?.username ?? null,
  });
}

/** Airflow's batch lists name their Dags in the body; the path must say "all". */
function refuseNamed(name: string, value: string): never {
  throw new AirloomError(
    "input.invalid",
    `Cannot list with ${name} "${value}" in the path: expected ~, and the filter in the body`,
  );
}

async function countRuns({ store }: ServerContext, dags: readonly StoredDag[]) {
  const counts = await store.loadRunCounts(dags.map((dag) => dag.dagId));
  return dags.map((dag) => ({
    dag_id: dag.dagId,
    dag_display_name: dag.spec.displayName,
    stats: RUN_STATES.map((state) => ({
      state,
      count: counts.find((row) => row.dagId === dag.dagId && row.state === state)?.count ?? 0,
    })),
  }));
}
