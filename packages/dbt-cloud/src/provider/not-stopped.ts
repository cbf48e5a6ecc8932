/** Says of a run that nobody saw stop that it may go on, where to look, and what comes next. */
export function renderNotStopped(
  { runId, runUrl }: { readonly runId: number; readonly runUrl?: string | null },
  why: string,
): string {
  return `dbt run ${runId} was told to stop but was not seen to: it may still be running, and the next try of this task cancels it before it starts another. ${why}${runUrl === null || runUrl === undefined ? "" : `\n${runUrl}`}`;
}
