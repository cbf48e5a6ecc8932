import type { ServerContext } from "../context.ts";
import type { Handlers } from "../http/handler.ts";
import { cut, pageOf } from "../http/page.ts";
import { renderEventLog } from "../wire/admin-wire.ts";

const ORDER = {
  id: "id",
  event_log_id: "id",
  when: "at",
  dttm: "at",
  dag_id: "dagId",
  run_id: "runId",
  task_id: "taskId",
  event: "event",
  owner: "actor",
} as const;

/** Who did what. */
export function eventLogRoutes(context: ServerContext): Handlers<"listEventLogs"> {
  return {
    listEventLogs: async ({ query }) => {
      const { items, total } = await context.store.listAudit(
        {
          ...(query.dag_id === undefined ? {} : { dagId: query.dag_id }),
          ...(query.run_id === undefined ? {} : { runId: query.run_id }),
          ...(query.task_id === undefined ? {} : { taskId: query.task_id }),
          ...(query.event === undefined ? {} : { event: query.event }),
          ...(query.dag_id_pattern === undefined ? {} : { dagIdPattern: query.dag_id_pattern }),
          ...(query.owner_pattern === undefined ? {} : { actorPattern: query.owner_pattern }),
          ...(query.event_pattern === undefined ? {} : { eventPattern: query.event_pattern }),
        },
        pageOf(query, ORDER, ["-at"]),
      );
      return { event_logs: cut(items, query.limit).map(renderEventLog), total_entries: total };
    },
  };
}
