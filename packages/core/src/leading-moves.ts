import type { RunTransition } from "./ports/transitions.ts";

/**
 * The positions of run transitions that come before the task transitions of their call: those that move a run to another
 * version of its Dag, up to the first other transition of the same run, so that those of one run keep their order.
 */
export function findLeadingMoves(runs: readonly RunTransition[]): ReadonlySet<number> {
  const leading = new Set<number>();
  const others = new Set<string>();
  for (const [position, { dagRunId, set }] of runs.entries()) {
    if (set?.dagVersion === undefined) others.add(dagRunId);
    if (!others.has(dagRunId)) leading.add(position);
  }
  return leading;
}
