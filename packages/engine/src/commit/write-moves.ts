import type { RunMove, Store, TaskMove } from "@airloom/core";
import type { MoveAnswer } from "./group-commit.ts";
import { type RetryRim, retryWhileAway } from "./retry-while-away.ts";

interface Moves {
  readonly tasks: readonly TaskMove[];
  readonly runs: readonly RunMove[];
}

interface Rim extends RetryRim {
  readonly store: Pick<Store, "transition" | "loadTaskHistory" | "findRun">;
}

/**
 * Writes moves in one transaction, again and again while the database is away.
 *
 * A lost connection leaves open whether the transaction was committed. Sending it again is harmless, because a
 * move that took effect no longer finds its from-state; but then the answer says "not applied" of a move that was.
 * So after an ambiguous failure the history tells which ones took effect the first time: every attempt carries the
 * same instant, and the history keeps it.
 */
export async function writeMoves(moves: Moves, rim: Rim): Promise<MoveAnswer> {
  const now = rim.clock.now();
  const batch = {
    tasks: moves.tasks.map(({ transition }) => transition),
    runs: moves.runs.map(({ transition }) => transition),
    now,
  };
  let isRepeated = false;
  return retryWhileAway(async () => {
    const isDoubtful = isRepeated;
    isRepeated = true;
    const answer = await rim.store.transition(batch);
    return isDoubtful ? findApplied(moves, { answer, now, rim }) : answer;
  }, rim);
}

async function findApplied(
  moves: Moves,
  given: { readonly answer: MoveAnswer; readonly now: Date; readonly rim: Rim },
): Promise<MoveAnswer> {
  const { answer, rim } = given;
  const doubtful = moves.tasks.filter((_, index) => answer.tasks[index] !== true);
  const runIds = new Set(doubtful.map(({ taskInstance }) => taskInstance.dagRunId));
  const written = new Set<string>();
  for (const runId of runIds) {
    for (const row of await rim.store.loadTaskHistory(runId)) {
      if (row.at.getTime() === given.now.getTime()) {
        written.add(keyOf(row.taskInstanceId, row.from, row.to));
      }
    }
  }
  const runs: boolean[] = [];
  for (const [index, move] of moves.runs.entries()) {
    runs.push(answer.runs[index] === true || (await isRunApplied(move, rim)));
  }
  return {
    tasks: moves.tasks.map(
      ({ transition: { taskInstanceId, from, to } }, index) =>
        answer.tasks[index] === true || written.has(keyOf(taskInstanceId, from, to)),
    ),
    runs,
  };
}

/** Runs keep no history that is read here, but each of their moves leaves its own instant in the row. */
async function isRunApplied({ run, transition }: RunMove, rim: Rim): Promise<boolean> {
  const stored = await rim.store.findRun(run.dagId, run.runId);
  if (stored?.state !== transition.to) return false;
  const { startedAt, endedAt, queuedAt } = transition.set ?? {};
  return (
    (startedAt === undefined || stored.startedAt?.getTime() === startedAt?.getTime()) &&
    (endedAt === undefined || stored.endedAt?.getTime() === endedAt?.getTime()) &&
    (queuedAt === undefined || stored.queuedAt.getTime() === queuedAt.getTime())
  );
}

function keyOf(taskInstanceId: string, from: string, to: string): string {
  return `${taskInstanceId} ${from} ${to}`;
}
