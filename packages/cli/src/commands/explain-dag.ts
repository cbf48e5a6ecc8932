import type { ResponseOf } from "@airloom/api";

/** One reason why a Dag starts no run now, and the command that would change it. */
export interface DagReason {
  readonly code: string;
  readonly message: string;
  /** Without the program's own name, such as `dags unpause orders`. */
  readonly command: string | null;
}

/** How a Dag stands, as the API tells. */
export interface DagStanding {
  readonly dag: Pick<
    ResponseOf<"getDagDetails">,
    | "dag_id"
    | "is_paused"
    | "is_stale"
    | "has_import_errors"
    | "relative_fileloc"
    | "timetable_summary"
    | "next_dagrun_run_after"
    | "active_runs_count"
    | "max_active_runs"
    | "end_date"
  >;
  readonly lastRun: Pick<ResponseOf<"getDagRun">, "dag_run_id" | "state" | "run_after"> | undefined;
  readonly errors: readonly Pick<ResponseOf<"getImportError">, "filename" | "stack_trace">[];
  readonly now: Date;
}

/** Why a Dag has no new run, in order of weight. Never empty: when nothing holds it, that is what is said. */
export function explainDag(standing: DagStanding): readonly DagReason[] {
  const reasons = [
    explainFile(standing),
    explainSwitch(standing),
    explainLimit(standing),
    explainSchedule(standing),
    explainLastRun(standing),
  ];
  return reasons.flatMap((reason) => (reason === undefined ? [] : [reason]));
}

function explainFile({ dag, errors }: DagStanding): DagReason | undefined {
  const file = dag.relative_fileloc ?? "its file";
  if (dag.is_stale) {
    const message = `No file defines it any more: it was in ${file}`;
    return { code: "stale", message, command: `dags delete ${dag.dag_id}` };
  }
  if (!dag.has_import_errors) return undefined;
  const error = errors.find(({ filename }) => filename === dag.relative_fileloc);
  const cause = error === undefined ? "" : `: ${error.stack_trace.split("\n")[0] ?? ""}`;
  const message = `${file} cannot be read${cause}. The last good version stays in force`;
  return { code: "import_error", message, command: "dev parse" };
}

function explainSwitch({ dag }: DagStanding): DagReason | undefined {
  if (!dag.is_paused) return undefined;
  return {
    code: "paused",
    message: "It is paused: no run starts until it is switched on",
    command: `dags unpause ${dag.dag_id}`,
  };
}

function explainLimit({ dag, lastRun }: DagStanding): DagReason | undefined {
  const { active_runs_count: active, max_active_runs: most } = dag;
  if (most === null || active < most) return undefined;
  return {
    code: "max_active_runs",
    message: `${active} of at most ${most} active runs are under way: the next one waits for one of them to end`,
    command: lastRun === undefined ? null : `dags why ${dag.dag_id} ${lastRun.dag_run_id}`,
  };
}

function explainSchedule({ dag, now }: DagStanding): DagReason | undefined {
  if (dag.timetable_summary === null) {
    return {
      code: "no_schedule",
      message: "It has no schedule: it runs only when it is triggered",
      command: `dags trigger ${dag.dag_id}`,
    };
  }
  const next = dag.next_dagrun_run_after;
  if (next === null) {
    // What is paused and has never run has no date yet.
    if (dag.is_paused) return undefined;
    const end = dag.end_date === null ? "" : `: its end date is ${dag.end_date}`;
    const message = `Its schedule ${dag.timetable_summary} has no further run${end}`;
    return { code: "schedule_over", message, command: null };
  }
  return Date.parse(next) > now.getTime()
    ? { code: "not_due", message: `Its next run is due at ${next}`, command: null }
    : { code: "due", message: `A run has been due since ${next}`, command: null };
}

function explainLastRun({ dag, lastRun }: DagStanding): DagReason | undefined {
  if (lastRun === undefined) return undefined;
  const isOver = lastRun.state === "success" || lastRun.state === "failed";
  return {
    code: "last_run",
    message: `Its newest run is ${lastRun.dag_run_id}: ${lastRun.state}`,
    command: isOver ? null : `dags why ${dag.dag_id} ${lastRun.dag_run_id}`,
  };
}
