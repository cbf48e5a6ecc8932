import { assertNever } from "./assert.ts";
import type { TriggerRule } from "./dag-spec.ts";
import type { TaskState } from "./state.ts";

/** How the direct upstream of a task stands. `upstream` is how many there are in all. */
export interface UpstreamCounts {
  readonly upstream: number;
  readonly success: number;
  readonly skipped: number;
  readonly failed: number;
  readonly upstreamFailed: number;
  readonly removed: number;
}

/** What a trigger rule says: run, wait on, or take this terminal state without running. */
export type Verdict = "run" | "wait" | "skipped" | "upstream_failed" | "removed";

/** Counts the states of a task's direct upstream. */
export function countUpstream(states: readonly TaskState[]): UpstreamCounts {
  return {
    upstream: states.length,
    success: states.filter((state) => state === "success").length,
    skipped: states.filter((state) => state === "skipped").length,
    failed: states.filter((state) => state === "failed").length,
    upstreamFailed: states.filter((state) => state === "upstream_failed").length,
    removed: states.filter((state) => state === "removed").length,
  };
}

/** How many of the direct upstream are in a terminal state. */
export function countDone(counts: UpstreamCounts): number {
  const { success, skipped, failed, upstreamFailed, removed } = counts;
  return success + skipped + failed + upstreamFailed + removed;
}

/** Judges a task by its trigger rule, as Airflow's `TriggerRuleDep` does. `mapIndex` is -1 for a task that is not mapped. */
export function judge(rule: TriggerRule, counts: UpstreamCounts, mapIndex = -1): Verdict {
  // As in Airflow, a task without upstream has nothing to wait for, whatever its rule.
  if (counts.upstream === 0) return "run";

  return (
    verdictInstead(rule, counts, mapIndex) ?? (mayRun(rule, counts, mapIndex) ? "run" : "wait")
  );
}

/** The state the scheduler sets without running the task, where the rule can no longer be met. */
function verdictInstead(
  rule: TriggerRule,
  counts: UpstreamCounts,
  mapIndex: number,
): Verdict | undefined {
  const { upstream, success, skipped, removed } = counts;
  const failed = counts.failed + counts.upstreamFailed;
  const isDone = countDone(counts) >= upstream;

  switch (rule) {
    case "all_success":
      if (failed > 0) return "upstream_failed";
      if (skipped > 0) return "skipped";
      // A map that shrank leaves instances behind that have no counterpart upstream.
      return removed > 0 && success > 0 && mapIndex >= success ? "removed" : undefined;
    case "all_failed":
      return success + skipped > 0 ? "skipped" : undefined;
    case "all_done_min_one_success":
      // Airflow's guide says that only tasks that were not skipped count; its code skips on any skip, and so do we.
      if (skipped > 0) return "skipped";
      return isDone && success === 0 ? "upstream_failed" : undefined;
    case "all_skipped":
      return success + failed > 0 ? "skipped" : undefined;
    case "one_failed":
      return isDone && failed === 0 ? "skipped" : undefined;
    case "one_success":
      if (!isDone || success > 0) return undefined;
      return countDone(counts) === skipped ? "skipped" : "upstream_failed";
    case "one_done":
      return isDone && success + counts.failed === 0 ? "skipped" : undefined;
    case "none_failed":
      return failed > 0 ? "upstream_failed" : undefined;
    case "none_failed_min_one_success":
      if (failed > 0) return "upstream_failed";
      return skipped === upstream ? "skipped" : undefined;
    case "none_skipped":
      return skipped > 0 ? "skipped" : undefined;
    case "all_done":
    case "always":
      return undefined;
    default:
      return assertNever(rule);
  }
}

function mayRun(rule: TriggerRule, counts: UpstreamCounts, mapIndex: number): boolean {
  // Removed instances do not hold back a mapped task; they do hold back one that is not mapped.
  const removed = mapIndex >= 0 ? counts.removed : 0;
  return IS_MET[rule](counts, counts.upstream - removed);
}

const allDone = (counts: UpstreamCounts): boolean => countDone(counts) >= counts.upstream;
const noneFailed = ({ success, skipped }: UpstreamCounts, expected: number): boolean =>
  success + skipped >= expected;

/** Whether what a rule asks for is there; `expected` is how many upstream it speaks of. */
const IS_MET: Readonly<Record<TriggerRule, (counts: UpstreamCounts, expected: number) => boolean>> =
  {
    all_success: ({ success }, expected) => success >= expected,
    all_failed: ({ failed, upstreamFailed }, expected) => failed + upstreamFailed >= expected,
    all_done: allDone,
    all_done_min_one_success: allDone,
    none_skipped: allDone,
    all_skipped: ({ skipped, upstream }) => skipped >= upstream,
    one_failed: ({ failed, upstreamFailed }) => failed + upstreamFailed > 0,
    one_success: ({ success }) => success > 0,
    one_done: ({ success, failed }) => success + failed > 0,
    none_failed: noneFailed,
    none_failed_min_one_success: noneFailed,
    always: () => true,
  };
