import type { QueryOf } from "@airloom/api";
import type { Store } from "@airloom/core";
import type { ServerContext } from "../context.ts";
import {
  ALL,
  findDagOrThrow,
  findRunOrThrow,
  findTaskInstanceOrThrow,
} from "../http/find-or-throw.ts";
import type { Handlers } from "../http/handler.ts";
import { cut, pageOf } from "../http/page.ts";
import { rangesOf } from "../http/ranges.ts";
import type { DagVersions } from "../wire/dag-versions.ts";
import {
  parseState,
  renderOneTaskInstance,
  renderTaskInstances,
} from "../wire/task-instance-wire.ts";

type Ids =
  | "listTaskInstances"
  | "batchTaskInstances"
  | "listMappedTaskInstances"
  | "getTaskInstance"
  | "getMappedTaskInstance";

type Filter = Parameters<Store["listTaskInstances"]>[0];

const ORDER = {
  id: "id",
  task_id: "taskId",
  map_index: "mapIndex",
  state: "state",
  try_number: "tryNumber",
  start_date: "startedAt",
  end_date: "endedAt",
  queued_dttm: "queuedAt",
} as const;

/** Task instances as they stand. */
export function taskInstanceRoutes(context: ServerContext, versions: DagVersions): Handlers<Ids> {
  const { store } = context;

  async function list(
    filter: Filter,
    paging: { limit: number; offset: number; order_by?: readonly string[] | undefined },
  ) {
    const page = pageOf(paging, ORDER, ["mapIndex", "id"]);
    const { items, total } = await store.listTaskInstances(filter, page);
    const rendered = await renderTaskInstances(store, versions, cut(items, paging.limit));
    return { task_instances: [...rendered], total_entries: total };
  }

  return {
    listTaskInstances: async ({ params, query }) => {
      if (params.dag_id !== ALL && params.dag_run_id !== ALL) await findRunOrThrow(store, params);
      else if (params.dag_id !== ALL) await findDagOrThrow(store, params.dag_id);
      return list({ ...placeOf(params), ...filterOf(query) }, query);
    },

    batchTaskInstances: async ({ params, body }) =>
      list(
        {
          ...placeOf(params),
          ...(body.dag_ids == null ? {} : { dagIds: body.dag_ids }),
          ...(body.dag_run_ids == null ? {} : { runIds: body.dag_run_ids }),
          ...(body.task_ids == null ? {} : { taskIds: body.task_ids }),
          ...(body.state == null ? {} : { states: body.state.map(parseState) }),
          ...(body.pool == null ? {} : { pools: body.pool }),
          ...(body.queue == null ? {} : { queues: body.queue }),
          ranges: rangesOf(body),
        },
        {
          limit: body.page_limit,
          offset: body.page_offset,
          ...(body.order_by == null ? {} : { order_by: [body.order_by] }),
        },
      ),

    listMappedTaskInstances: async ({ params, query }) => {
      await findRunOrThrow(store, params);
      return list({ ...placeOf(params), ...filterOf(query), taskIds: [params.task_id] }, query);
    },

    getTaskInstance: async ({ params }) => {
      const taskInstance = await findTaskInstanceOrThrow(store, params, -1);
      return renderOneTaskInstance(store, versions, taskInstance);
    },

    getMappedTaskInstance: async ({ params }) => {
      const taskInstance = await findTaskInstanceOrThrow(store, params, params.map_index);
      return renderOneTaskInstance(store, versions, taskInstance);
    },
  };
}

function placeOf(params: { readonly dag_id: string; readonly dag_run_id: string }): Filter {
  return {
    ...(params.dag_id === ALL ? {} : { dagIds: [params.dag_id] }),
    ...(params.dag_run_id === ALL ? {} : { runIds: [params.dag_run_id] }),
  };
}

function filterOf(query: QueryOf<"listTaskInstances">): Filter {
  return {
    ...(query.task_id === undefined ? {} : { taskIds: [query.task_id] }),
    ...(query.state === undefined ? {} : { states: query.state }),
    ...(query.pool === undefined ? {} : { pools: query.pool }),
    ...(query.queue === undefined ? {} : { queues: query.queue }),
    ...(query.map_index === undefined ? {} : { mapIndexes: query.map_index }),
    ranges: rangesOf(query),
  };
}
