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
  /** What the failures have in common is their message without ids, numbers and times; told by the newest of them. */
  dag_id: z.string(),
  task_id: z.string(),
  node: z.object({ unique_id: z.string(), name: z.string() }).nullable(),
  message: z.string(),
  place: z.string().nullable(),
  /** How many task instances or dbt nodes, of how many tasks or nodes, in how many Dags and runs. */
  failures: Count,
  things: Count,
  dags: Count,
  runs: Count,
  /** Runs of these that are green or still running: only the failure itself tells of them. */
  green_runs: Count,
  tries: Count,
  /** What else failed like this, the first few by name: `dag.task`, or the node. */
  others: z.array(z.string()),
  since: Timestamp.nullable(),
  latest: z.object({
    dag_run_id: z.string(),
    map_index: Int,
    try_number: Count,
    end_date: Timestamp.nullable(),
  }),
  action: z.enum(["rerun_failed_nodes", "clear", "open_run"]),
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

/** A Dag whose time has passed and for which no run was made. */
const UiMissedSchedule = z.object({
  kind: z.literal("missed_schedule"),
  dag_id: z.string(),
  run_after: Timestamp,
  timezone: z.string(),
  reason: z.string(),
  action: z.literal("open_dag"),
});

const UiHomeDag = z.object({
  dag_id: z.string(),
  dag_display_name: z.string(),
  timezone: z.string(),
  timetable_summary: z.string().nullable(),
  timetable_description: z.string(),
});

/** A list's first items, and how many there are in all. */
function firstOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), total: Count });
}

export const UiHome = z.object({
  at: Timestamp,
  components: z.array(UiComponent),
  /** Active Dags, paused ones included. */
  dag_count: Count,
  /** Of the last 24 hours; `late` are queued runs whose time has passed by more than a minute. */
  totals: z.object({
    success: Count,
    /** Of those that succeeded, the runs in which something failed. */
    success_with_failures: Count,
    failed: Count,
    running: Count,
    queued: Count,
    late: Count,
    /** Dags with a failure among the problems. */
    failing_dags: Count,
  }),
  runs_per_hour: z.array(
    z.object({
      hour: Timestamp,
      success: Count,
      success_with_failures: Count,
      failed: Count,
      running: Count,
      queued: Count,
    }),
  ),
  problems: firstOf(
    z.discriminatedUnion("kind", [UiFailure, UiImportProblem, UiLateRun, UiMissedSchedule]),
  ).extend({
    /** Failures that were too many to be grouped: the oldest. */
    ungrouped_failures: Count,
  }),
  running: firstOf(
    UiRun.extend({
      dag_id: z.string(),
      tasks_done: Count,
      tasks_total: Count,
      usual_duration: z.number().nullable(),
    }),
  ),
  /** What the schedules start next, soonest first, whatever their distance. */
  next_runs: firstOf(UiHomeDag.extend({ run_after: Timestamp })),
  paused: firstOf(UiHomeDag.extend({ has_schedule: z.boolean() })),
});
