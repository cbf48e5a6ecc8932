import { type ExecutorEvent, endAttempt, isOccupying, type TaskInstance } from "@airloom/core";
import { type Boards, SKIP_KEY } from "./boards.ts";
import { type RetryRim, retryWhileAway } from "./retry-while-away.ts";
import type { SchedulerStore } from "./scheduler-store.ts";
import type { Writer } from "./writer.ts";

/** How an attempt ended, as its executor tells it. */
export type AttemptEnd = Pick<
  Extract<ExecutorEvent, { readonly kind: "finished" }>,
  "leaseToken" | "outcome" | "skip"
>;

/** What writing ends of attempts needs. */
export interface AttemptEndOptions {
  readonly store: Pick<SchedulerStore, "saveXCom">;
  readonly boards: Boards;
  readonly writer: Writer;
  readonly rim: RetryRim;
}

/** Writes what became of an attempt; late news of one that was moved on changes nothing. */
export async function writeAttemptEnd(
  taskInstanceId: string,
  end: AttemptEnd,
  options: AttemptEndOptions,
): Promise<void> {
  const { boards, writer, rim } = options;
  const located = boards.locate(taskInstanceId);
  if (located === undefined) return;
  const { board, position, taskInstance } = located;
  const task = board.taskAt(position);
  const isCurrent = taskInstance.leaseToken === end.leaseToken && isOccupying(taskInstance.state);
  if (!isCurrent || task === undefined) {
    // What waited for the end of its process may go on now.
    boards.touch(board);
    return;
  }
  if (end.outcome.kind === "success" && task.branch !== null) {
    await saveSkips(taskInstance, end.skip, options);
  }
  const { leaseToken, outcome } = end;
  await writer.write(endAttempt(task, taskInstance, { leaseToken, outcome, now: rim.clock.now() }));
}

/** A branch's choice is kept before its success, so that no plan ever sees the one without the other. */
async function saveSkips(
  taskInstance: TaskInstance,
  skipped: readonly string[],
  { store, boards, rim }: AttemptEndOptions,
): Promise<void> {
  const { dagRunId, dagId, runId, taskId, mapIndex } = taskInstance;
  const entry = { dagId, runId, taskId, mapIndex, key: SKIP_KEY, value: { skipped } };
  await retryWhileAway(() => store.saveXCom(entry, rim.clock.now()), rim);
  boards.find(dagRunId)?.setSkips(taskId, skipped);
}
