import { assertNever } from "./assert.ts";
import type { TaskSpec } from "./dag-spec.ts";
import type { TaskMove } from "./move.ts";
import type { Outcome } from "./ports/executor.ts";
import type { TaskInstancePatch } from "./ports/transitions.ts";
import { findRetryDelayMs, hasTriesLeft } from "./retry-delay.ts";
import type { TaskState } from "./state.ts";
import type { Failure, Resumption, TaskInstance } from "./task-instance.ts";

/** How often an attempt of one chain may be lost with its environment before a loss counts as a failure of the task. */
export const MAX_LOST = 3;
/** A task that reschedules itself to the past would otherwise run without a pause. */
const MIN_WAIT_MS = 1_000;

/** Who moves a task instance, and the lease it holds where it holds one. */
interface Actor {
  readonly actor: string;
  readonly leaseToken?: string;
}

const ENDED = { leaseToken: null, leaseExpiresAt: null } as const;

/** `queued` -> `running`, in the name of the process that is about to run the attempt. */
export function startAttempt(
  taskInstance: TaskInstance,
  start: {
    readonly leaseToken: string;
    readonly expiresAt: Date;
    readonly worker: string;
    readonly now: Date;
  },
): TaskMove {
  return {
    taskInstance,
    transition: {
      taskInstanceId: taskInstance.id,
      from: "queued",
      to: "running",
      tryNumber: taskInstance.tryNumber,
      leaseToken: start.leaseToken,
      actor: "executor",
      set: {
        // A resumed attempt goes on where it left off, so it keeps the time of its first start.
        ...(taskInstance.resumption === null ? { startedAt: start.now } : {}),
        endedAt: null,
        leaseExpiresAt: start.expiresAt,
        worker: start.worker,
        holdReason: null,
      },
    },
  };
}

/**
 * What the end of a process means for an attempt that stood at this state when it came: one that failed before its start was
 * confirmed ran none of the task's code, so it was lost, and does not use up a try.
 */
export function judgeOutcome(state: TaskState, outcome: Outcome): Outcome {
  return state === "queued" && outcome.kind === "failed" && outcome.retryable
    ? { kind: "lost", message: outcome.failure.message }
    : outcome;
}

/** What becomes of an attempt whose process has ended: one move, or two for one that was lost. */
export function endAttempt(
  task: TaskSpec,
  taskInstance: TaskInstance,
  end: { readonly leaseToken: string; readonly outcome: Outcome; readonly now: Date },
): readonly TaskMove[] {
  const { outcome, now } = end;
  const by = { actor: "executor", leaseToken: end.leaseToken };
  const move = moveWith(taskInstance, by);
  switch (outcome.kind) {
    case "success":
      return [move("success", { ...ENDED, endedAt: now, failure: null, resumption: null })];
    case "skipped":
      return [
        move(
          "skipped",
          { ...ENDED, endedAt: now, resumption: null },
          outcome.message ?? "skipped by the task",
        ),
      ];
    case "failed":
      return [failAttempt(task, taskInstance, { ...outcome, now, by })];
    case "deferred":
      // The lease stays, without an end: the trigger speaks in the name of the attempt.
      return [
        move("deferred", { leaseExpiresAt: null, deferral: outcome.deferral, resumption: null }),
      ];
    case "rescheduled":
      return [
        move("up_for_reschedule", {
          ...ENDED,
          nextTryAt: new Date(Math.max(outcome.nextTryAt.getTime(), now.getTime() + MIN_WAIT_MS)),
          resumption: null,
        }),
      ];
    case "lost":
      return loseAttempt(task, taskInstance, {
        now,
        message: outcome.message,
        actor: "executor",
      });
    default:
      return assertNever(outcome);
  }
}

/** A failure of the task: it runs again where `retries` allow it. */
function failAttempt(
  task: TaskSpec,
  taskInstance: TaskInstance,
  end: {
    readonly by: Actor;
    readonly failure: Failure;
    readonly retryable: boolean;
    readonly now: Date;
    readonly lostCount?: number;
  },
): TaskMove {
  const { failure, retryable, now, lostCount = taskInstance.lostCount } = end;
  const move = moveWith(taskInstance, end.by);
  const ended = { ...ENDED, endedAt: now, failure, resumption: null, lostCount };
  if (!retryable || !hasTriesLeft(taskInstance)) {
    return move("failed", ended, failure.message);
  }
  const nextTryAt = new Date(now.getTime() + findRetryDelayMs(task, taskInstance));
  return move("up_for_retry", { ...ended, nextTryAt }, failure.message);
}

/**
 * An attempt whose environment is gone: it runs again without using up `retries`, at most `MAX_LOST` times a chain.
 * From then on it is a failure as any other, so that a task that takes the machine down does not do so for ever.
 *
 * One that never started keeps its try number, because no code of it ever ran.
 */
export function loseAttempt(
  task: TaskSpec,
  taskInstance: TaskInstance,
  loss: { readonly message: string; readonly now: Date; readonly actor: string },
): readonly TaskMove[] {
  const { now, message } = loss;
  const by = {
    actor: loss.actor,
    ...(taskInstance.leaseToken === null ? {} : { leaseToken: taskInstance.leaseToken }),
  };
  const lostCount = taskInstance.lostCount + 1;
  if (lostCount > MAX_LOST) {
    const failure = lostFailure(`lost ${lostCount} times, the last time because ${message}`);
    return [failAttempt(task, taskInstance, { by, failure, retryable: true, now, lostCount })];
  }
  if (taskInstance.state === "queued") {
    return [
      moveWith(taskInstance, by)("scheduled", { ...ENDED, queuedAt: null, lostCount }, message),
    ];
  }
  const lost = moveWith(taskInstance, by)(
    "restarting",
    { ...ENDED, endedAt: now, failure: lostFailure(message), lostCount },
    message,
  );
  const restarting = { ...taskInstance, ...lost.transition.set, state: "restarting" as const };
  const again = moveWith(restarting, { actor: loss.actor })("scheduled", {
    ...nextTry(taskInstance, now),
    maxTries: taskInstance.maxTries + 1,
    resumption: taskInstance.resumption,
  });
  return [lost, again];
}

/** Ends the wait of a deferred attempt: it is scheduled again with the same try. */
export function resumeAttempt(
  taskInstance: TaskInstance,
  resume: { readonly resumption: Resumption; readonly now: Date; readonly actor: string },
): TaskMove {
  const by = {
    actor: resume.actor,
    ...(taskInstance.leaseToken === null ? {} : { leaseToken: taskInstance.leaseToken }),
  };
  return moveWith(taskInstance, by)(
    "scheduled",
    {
      ...ENDED,
      deferral: null,
      resumption: resume.resumption,
      scheduledAt: resume.now,
      queuedAt: null,
    },
    resume.resumption.kind,
  );
}

/** What a task instance carries into its next try. */
export function nextTry(taskInstance: TaskInstance, now: Date): TaskInstancePatch {
  return {
    tryNumber: taskInstance.tryNumber + 1,
    scheduledAt: now,
    queuedAt: null,
    startedAt: null,
    endedAt: null,
    nextTryAt: null,
    deferral: null,
    resumption: null,
    worker: null,
  };
}

/** Makes moves of one task instance, guarded by its state and try as they were read. */
export function moveWith(
  taskInstance: TaskInstance,
  by: Actor,
): (to: TaskState, set?: TaskInstancePatch, reason?: string) => TaskMove {
  return (to, set, reason) => ({
    taskInstance,
    transition: {
      taskInstanceId: taskInstance.id,
      from: taskInstance.state,
      to,
      tryNumber: taskInstance.tryNumber,
      actor: by.actor,
      ...(by.leaseToken === undefined ? {} : { leaseToken: by.leaseToken }),
      ...(reason === undefined ? {} : { reason }),
      ...(set === undefined ? {} : { set }),
    },
  });
}

function lostFailure(message: string): Failure {
  return { kind: "lost", message, place: null, stack: null };
}
