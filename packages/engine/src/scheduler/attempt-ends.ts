import {
  type ExecutorEvent,
  endAttempt,
  isOccupying,
  judgeOutcome,
  type TaskInstance,
} from "@airloom/core";
import { type RetryRim, retryWhileAway } from "../commit/retry-while-away.ts";
import { type Boards, SKIP_KEY } from "./boards.ts";
import type { SchedulerStore } from "./scheduler-store.ts";
import type { Writer } from "./writer.ts";

/** How an attempt ended, as its executor tells it. */
export type AttemptEnd = Pick<
  Extract<ExecutorEvent, { readonly kind: "finished" }>,
  "leaseToken" | "outcome" | "skip"
>;

/** What writing ends of attempts needs. */
export interface AttemptEndOptions {
  readonly store: Pick<SchedulerStore, "findTaskInstanceById" | "saveXCom">;
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
  const { store, boards, writer, rim } = options;
  const located = boards.locate(taskInstanceId);
  if (located === undefined) return;
  const { board, position, taskInstance } = located;
  const task = board.taskAt(position);
  if (!isCurrent(taskInstance, end) || task === undefined) {
    // What waited for the end of its process may go on now.
    boards.touch(board);
    return;
  }
  if (end.outcome.kind === "success" && task.branch !== null) {
    await saveSkips(taskInstance, end.skip, options);
  }
  const { leaseToken } = end;
  const outcome = judgeOutcome(taskInstance.state, end.outcome);
  let known: TaskInstance | undefined = taskInstance;
  while (known !== undefined && isCurrent(known, end)) {
    const moves = endAttempt(task, known, { leaseToken, outcome, now: rim.clock.now() });
    const answer = await writer.write(moves);
    if (answer.every((isApplied) => isApplied)) return;
    // It ended while its start was still being written: the end is true of what stands there by now.
    known = await retryWhileAway(() => store.findTaskInstanceById(taskInstanceId), rim);
  }
}

function isCurrent({ leaseToken, state }: TaskInstance, end: AttemptEnd): boolean {
  return leaseToken === end.leaseToken && isOccupying(state);
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
