import { COMPONENTS } from "@airloom/core";
import { z } from "zod";
import { Count, Int, Timestamp } from "./fields.ts";
import { UiRun } from "./ui-run.ts";

/** A Dag file that cannot be read. */
export const UiCodeFrame = z.object({
  import_error_id: Count,
  filename: z.string(),
  message: z.string(),
  line: Int.nullable(),
  column: Int.nullable(),
  code_frame: z.string().nullable(),
  timestamp: Timestamp,
  /** Dags of the file whose last good version stays in force. */
  dag_ids: z.array(z.string()),
});

/** The text of a Dag file that cannot be read. */
export const UiBrokenFile = z.object({
  filename: z.string(),
  timestamp: Timestamp,
  /** As it was read; of a long file the first part, null where none was kept. */
  content: z.string().nullable(),
});

const UiComponent = z.object({
  name: z.enum([...COMPONENTS, "metadatabase", "workers"]),
  status: z.enum(["healthy", "unhealthy", "unknown"]),
  latest_heartbeat: Timestamp.nullable(),
  /** The number that goes bad first, where it is known. */
  load: z.object({ label: z.string(), value: Count }).nullable(),
});

const UiFailure = z.object({
  kind: z.literal("failure"),
  /** What the failures have in common: Dag, task, dbt node and first line of the message. */
  dag_id: z.string(),
  task_id: z.string(),
  node: z.object({ unique_id: z.string(), name: z.string() }).nullable(),
  message: z.string(),
  place: z.string().nullable(),
  runs: Count,
  tries: Count,
  since: Timestamp.nullable(),
  latest: z.object({
    dag_run_id: z.string(),
    map_index: Int,
    try_number: Count,
    end_date: Timestamp.nullable(),
  }),
  action: z.enum(["rerun_failed_nodes", "clear"]),
});

const UiImportProblem = UiCodeFrame.extend({
  kind: z.literal("import_error"),
  action: z.literal("open_file"),
});

const UiLateRun = z.object({
  kind: z.literal("late_run"),
  dag_id: z.string(),
  dag_run_id: z.string(),
  run_after: Timestamp,
  reason: z.string().nullable(),
  action: z.literal("open_run"),
});

export const UiHome = z.object({
  at: Timestamp,
  components: z.array(UiComponent),
  /** Of the last 24 hours; `late` are queued runs whose time has passed by more than a minute. */
  totals: z.object({
    success: Count,
    failed: Count,
    running: Count,
    queued: Count,
    late: Count,
  }),
  runs_per_hour: z.array(
    z.object({ hour: Timestamp, success: Count, failed: Count, running: Count, queued: Count }),
  ),
  problems: z.array(z.discriminatedUnion("kind", [UiFailure, UiImportProblem, UiLateRun])),
  running: z.array(
    UiRun.extend({
      dag_id: z.string(),
      tasks_done: Count,
      tasks_total: Count,
      usual_duration: z.number().nullable(),
    }),
  ),
  next_runs: z.array(
    z.object({ dag_id: z.string(), dag_display_name: z.string(), run_after: Timestamp }),
  ),
});
