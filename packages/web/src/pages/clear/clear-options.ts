import { quoteShell } from "../trigger/trigger-command.ts";

/** What to clear beside the chosen tasks, and how. */
export interface ClearOptions {
  readonly downstream: boolean;
  readonly upstream: boolean;
  readonly future: boolean;
  readonly past: boolean;
  readonly onlyFailed: boolean;
  readonly latestVersion: boolean;
}

/** As people mostly want it: the task and what hangs on it, in the code of today. */
export const DEFAULT_CLEAR: ClearOptions = {
  downstream: true,
  upstream: false,
  future: false,
  past: false,
  onlyFailed: false,
  latestVersion: true,
};

export interface ClearScope {
  readonly dagId: string;
  readonly runId: string;
  /** Left out: the whole run. */
  readonly taskId?: string | undefined;
  readonly mapIndex?: number | undefined;
}

/** The request for a scope and its options. */
export function clearBody(
  { runId, taskId, mapIndex = -1 }: ClearScope,
  options: ClearOptions,
  isDryRun: boolean,
) {
  const isMapped = taskId !== undefined && mapIndex >= 0;
  const ids: (string | [string, number])[] | undefined =
    taskId === undefined ? undefined : [isMapped ? [taskId, mapIndex] : taskId];
  return {
    dry_run: isDryRun,
    dag_run_id: runId,
    ...(ids === undefined ? {} : { task_ids: ids }),
    include_downstream: taskId !== undefined && options.downstream,
    include_upstream: taskId !== undefined && options.upstream,
    include_future: options.future,
    include_past: options.past,
    only_failed: options.onlyFailed,
    run_on_latest_version: options.latestVersion,
    reset_dag_runs: true,
  };
}

/** The command that clears the same. */
export function renderClearCommand(
  { dagId, runId, taskId }: ClearScope,
  options: ClearOptions,
): string {
  const flags = [
    taskId !== undefined && options.downstream && "--downstream",
    taskId !== undefined && options.upstream && "--upstream",
    options.future && "--future",
    options.past && "--past",
    options.onlyFailed && "--only-failed",
    options.latestVersion && "--latest",
  ].filter((flag) => flag !== false);
  const task = taskId === undefined ? [] : [quoteShell(taskId)];
  return [
    "airloom tasks clear",
    quoteShell(dagId),
    ...task,
    "--run",
    quoteShell(runId),
    ...flags,
  ].join(" ");
}
