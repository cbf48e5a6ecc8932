import { RUN_STATES, TASK_STATES } from "@airloom/core";
import { z } from "zod";
import { Count, Int, PathId, QueryBoolean, Timestamp } from "./fields.ts";
import { RUN_TROUBLE } from "./run-trouble.ts";

export const UiEventsQuery = z.object({
  dag_id: PathId.optional(),
  /** True leaves out log events, which are many. */
  exclude_logs: QueryBoolean.default(false),
});

const TASK_EVENT = {
  dag_id: z.string(),
  dag_run_id: z.string(),
  task_id: z.string(),
  map_index: Int,
};

/** What `/ui/events` sends: names and states only; details are read from the API. */
export const UiEvent = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("task_instance"),
    ...TASK_EVENT,
    state: z.enum(TASK_STATES),
    try_number: Count,
    start_date: Timestamp.nullable(),
    end_date: Timestamp.nullable(),
  }),
  z.object({
    kind: z.literal("run"),
    dag_id: z.string(),
    dag_run_id: z.string(),
    state: z.enum(RUN_STATES),
    ...RUN_TROUBLE,
  }),
  z.object({ kind: z.literal("dag"), dag_id: z.string() }),
  z.object({ kind: z.literal("nodes"), ...TASK_EVENT }),
  z.object({ kind: z.literal("log"), ...TASK_EVENT, try_number: Count }),
  z.object({ kind: z.literal("import_errors") }),
]);
