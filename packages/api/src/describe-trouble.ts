/** What went wrong in a run, as runs carry it on the wire. */
export interface RunTroubleCounts {
  readonly failed_task_count: number;
  readonly upstream_failed_task_count: number;
  readonly failed_node_count: number;
  readonly warned_node_count: number;
}

/**
 * What went wrong in a run in words: `2 tasks failed, 1 upstream failed, 3 dbt nodes failed`; empty where nothing did.
 *
 * One wording for every page and for the command line.
 */
export function describeTrouble(counts: RunTroubleCounts): string {
  const { failed_task_count: failed, upstream_failed_task_count: upstreamFailed } = counts;
  const { failed_node_count: nodes, warned_node_count: warned } = counts;
  const upstream = failed === 0 ? plural(upstreamFailed, "task") : String(upstreamFailed);
  return [
    ...(failed === 0 ? [] : [`${plural(failed, "task")} failed`]),
    ...(upstreamFailed === 0 ? [] : [`${upstream} upstream failed`]),
    ...(nodes === 0 ? [] : [`${plural(nodes, "dbt node")} failed`]),
    ...(warned === 0 ? [] : [`${plural(warned, "dbt node")} warned`]),
  ].join(", ");
}

/** True where something failed; a warning alone is no failure. */
export function hasFailures(counts: RunTroubleCounts): boolean {
  return (
    counts.failed_task_count > 0 ||
    counts.upstream_failed_task_count > 0 ||
    counts.failed_node_count > 0
  );
}

function plural(count: number, one: string): string {
  return `${count.toLocaleString("en")} ${count === 1 ? one : `${one}s`}`;
}
