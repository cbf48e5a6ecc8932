/** A task instance as the provider names it in the cause of the runs it starts. */
interface StartedBy {
  readonly dagId: string;
  readonly runId: string;
  readonly taskId: string;
  readonly mapIndex: string | undefined;
}

/** By this mark the provider finds its own run again; it says nothing to people. */
const MARK = /\s*\[airloom:[^\]]*\]\s*$/u;
const WORDS =
  /^Triggered via Airloom by task '(?<taskId>[^']+)'(?: \[(?<mapIndex>\d+)\])? in the (?<dagId>\S+) DAG, run (?<runId>.+)\.$/u;

/** A cause without the provider's mark. */
export function renderCause(cause: string): string {
  return cause.replace(MARK, "");
}

/** The task that started a run; `undefined` for words that are not the provider's own. */
export function parseCause(cause: string): StartedBy | undefined {
  if (!MARK.test(cause)) return undefined;
  const { taskId, mapIndex, dagId, runId } = WORDS.exec(renderCause(cause))?.groups ?? {};
  if (taskId === undefined || dagId === undefined || runId === undefined) return undefined;
  return { dagId, runId, taskId, mapIndex };
}
