import { RUN_STATES, RUN_TYPES } from "@airloom/core";
import { z } from "zod";
import { Count, Timestamp } from "./fields.ts";
import { RUN_TROUBLE } from "./run-trouble.ts";

/** A run as lists and grids show it. */
export const UiRun = z.object({
  dag_run_id: z.string(),
  state: z.enum(RUN_STATES),
  run_type: z.enum(RUN_TYPES),
  run_after: Timestamp,
  logical_date: Timestamp.nullable(),
  queued_at: Timestamp.nullable(),
  start_date: Timestamp.nullable(),
  end_date: Timestamp.nullable(),
  /** Seconds; of an unfinished run null. */
  duration: z.number().nullable(),
  note: z.string().nullable(),
  version_number: Count,
  triggering_user_name: z.string().nullable(),
  ...RUN_TROUBLE,
});
