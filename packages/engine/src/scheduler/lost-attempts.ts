import { isOccupying, loseAttempt, moveWith, type RunBoard, type TaskMove } from "@airloom/core";
import type { Attempts } from "./attempts.ts";
import type { Boards } from "./boards.ts";
import type { SchedulerStore } from "./scheduler-store.ts";

/** What an active run held in a process that is gone: the project lock says that there is no other. */
export function adoptAttempts(board: RunBoard, now: Date): readonly TaskMove[] {
  return board.graph.tasks.flatMap((task, position) => {
    const taskInstance = board.instanceAt(position);
    if (taskInstance === undefined || !isOccupying(taskInstance.state)) return [];
    const message = "the main process that ran it is gone";
    return loseAttempt(task, taskInstance, { message, now, actor: "scheduler" });
  });
}

/** Attempts whose lease ran out: lost, unless they are ours and live, as after an outage of the database. */
export async function findExpired(
  given: {
    readonly store: Pick<SchedulerStore, "loadExpiredLeases">;
    readonly boards: Boards;
    readonly attempts: Attempts;
  },
  now: Date,
): Promise<readonly TaskMove[]> {
  const message = "its lease expired";
  const expired = await given.store.loadExpiredLeases(now);
  return expired.flatMap((taskInstance) => {
    if (!isOccupying(taskInstance.state) || given.attempts.isCarried(taskInstance)) return [];
    const board = given.boards.find(taskInstance.dagRunId);
    const task = board?.taskAt(board.positionOf(taskInstance.id) ?? -1);
    if (task !== undefined) {
      return loseAttempt(task, taskInstance, { message, now, actor: "scheduler" });
    }
    // Its run has ended, or its Dag has the task no longer: nothing would ever start it again.
    const move = moveWith(taskInstance, { actor: "scheduler" });
    return [move("failed", { leaseToken: null, leaseExpiresAt: null, endedAt: now }, message)];
  });
}
