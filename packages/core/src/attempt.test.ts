import { buildRun, buildTask, buildTaskInstance } from "@airloom/testkit";
import { describe, expect, test } from "vitest";
import {
  endAttempt,
  judgeOutcome,
  loseAttempt,
  MAX_LOST,
  resumeAttempt,
  startAttempt,
} from "./attempt.ts";
import type { Outcome } from "./ports/executor.ts";
import type { TaskInstance } from "./task-instance.ts";
import { isTaskTransition } from "./transition-table.ts";

const NOW = new Date("2026-01-01T12:00:00Z");
const task = buildTask("a", { retries: 1, retryDelay: 60 });
const failure = { kind: "error", message: "boom", place: null, stack: null };

function attempt(fields: Partial<TaskInstance> = {}): TaskInstance {
  return buildTaskInstance(task, buildRun(), {
    state: "running",
    tryNumber: 1,
    leaseToken: "lease",
    ...fields,
  });
}

function end(outcome: Outcome, fields: Partial<TaskInstance> = {}) {
  const moves = endAttempt(task, attempt(fields), { leaseToken: "lease", outcome, now: NOW });
  for (const { transition } of moves)
    expect(isTaskTransition(transition.from, transition.to)).toBe(true);
  return moves.map(({ transition }) => transition);
}

describe("endAttempt()", () => {
  test("guards every end with try and lease", () => {
    expect(end({ kind: "success" })).toMatchObject([
      {
        from: "running",
        to: "success",
        tryNumber: 1,
        leaseToken: "lease",
        actor: "executor",
        set: { endedAt: NOW, leaseToken: null },
      },
    ]);
    expect(end({ kind: "skipped", message: null })[0]).toMatchObject({
      to: "skipped",
      reason: "skipped by the task",
    });
    expect(end({ kind: "skipped", message: "no data" })[0]).toMatchObject({ reason: "no data" });
  });

  test("retries a failure while there are tries left", () => {
    const failed = { kind: "failed", failure, retryable: true } as const;
    expect(end(failed, { maxTries: 1 })[0]).toMatchObject({
      to: "up_for_retry",
      set: { failure, nextTryAt: new Date(NOW.getTime() + 60_000) },
    });
    expect(end(failed, { tryNumber: 2 })[0]).toMatchObject({ to: "failed", set: { failure } });
    expect(end({ ...failed, retryable: false })[0]).toMatchObject({ to: "failed" });
  });

  test("keeps the lease of a deferred attempt, without an end", () => {
    const deferral = { trigger: "t", input: {}, timeoutAt: null };
    const [deferred] = end({ kind: "deferred", deferral });
    expect(deferred?.set).toEqual({ leaseExpiresAt: null, deferral, resumption: null });
  });

  test("remembers when a rescheduled one looks again, at the earliest in a second (S11)", () => {
    expect(end({ kind: "rescheduled", nextTryAt: new Date(0) })[0]).toMatchObject({
      set: { nextTryAt: new Date(NOW.getTime() + 1_000) },
    });
    const later = new Date(NOW.getTime() + 60_000);
    expect(end({ kind: "rescheduled", nextTryAt: later })[0]).toMatchObject({
      to: "up_for_reschedule",
      set: { nextTryAt: later },
    });
  });

  test.each([true, false])("forgets no loss of the chain over a failure (%s)", (retryable) => {
    const lostBefore = attempt({ lostCount: 2, maxTries: 4 });
    const outcome: Outcome = { kind: "failed", failure, retryable };
    const [ended] = endAttempt(task, lostBefore, { leaseToken: "lease", outcome, now: NOW });
    expect({ ...lostBefore, ...ended?.transition.set }).toMatchObject({ lostCount: 2, failure });
  });

  test("runs a lost attempt again without using up its retries", () => {
    const [lost, again] = end({ kind: "lost", message: "gone" }, { maxTries: 1 });
    expect(lost).toMatchObject({ to: "restarting", set: { lostCount: 1, leaseToken: null } });
    expect(again).toMatchObject({
      from: "restarting",
      to: "scheduled",
      tryNumber: 1,
      set: { tryNumber: 2, maxTries: 2 },
    });
  });
});

test("judgeOutcome() takes a failure before the start for a loss, because no code of the attempt ran", () => {
  const failed = { kind: "failed", failure, retryable: true } as const;
  const lost = judgeOutcome("queued", failed);
  expect(lost).toEqual({ kind: "lost", message: failure.message });
  expect(end(lost, { state: "queued" })).toMatchObject([
    { to: "scheduled", set: { lostCount: 1 } },
  ]);
  expect(judgeOutcome("running", failed)).toBe(failed);
  const final = { ...failed, retryable: false };
  expect(judgeOutcome("queued", final)).toBe(final);
  expect(end(final, { state: "queued" })).toMatchObject([{ to: "failed" }]);
});

test("endAttempt() refuses an outcome that it does not know", () => {
  const outcome: Outcome = JSON.parse('{"kind":"vanished"}');
  expect(() => end(outcome)).toThrow("Unreachable");
});

describe("loseAttempt()", () => {
  const loss = { message: "gone", now: NOW, actor: "scheduler" };

  test("keeps the resumption, so that the next attempt goes on where this one did", () => {
    const resumption = { kind: "timeout" } as const;
    const [, again] = loseAttempt(task, attempt({ resumption }), loss);
    expect(again?.transition.set?.resumption).toEqual(resumption);
  });

  test.each(["running", "queued"] as const)(
    "counts one too many of a %s attempt as a failure, which retries as any other",
    (state) => {
      const message = "lost 4 times, the last time because gone";
      const [again, ...more] = loseAttempt(
        task,
        attempt({ state, lostCount: MAX_LOST, tryNumber: 4, maxTries: 4 }),
        loss,
      );
      expect(again?.transition).toMatchObject({
        to: "up_for_retry",
        leaseToken: "lease",
        reason: message,
        set: {
          failure: { kind: "lost", message },
          lostCount: MAX_LOST + 1,
          nextTryAt: new Date(NOW.getTime() + 60_000),
        },
      });
      expect(isTaskTransition(state, "up_for_retry")).toBe(true);
      expect(more).toEqual([]);
    },
  );

  test("gives up after too many losses of one chain without a retry left", () => {
    const spent = attempt({ lostCount: MAX_LOST, tryNumber: 5, maxTries: 4 });
    const [failed] = loseAttempt(task, spent, loss);
    expect(failed?.transition).toMatchObject({
      to: "failed",
      set: { failure: { kind: "lost", message: "lost 4 times, the last time because gone" } },
    });
  });

  test("acts without a lease where the attempt has none", () => {
    const [back] = loseAttempt(task, attempt({ state: "queued", leaseToken: null }), loss);
    expect(back?.transition).not.toHaveProperty("leaseToken");
  });
});

describe("startAttempt()", () => {
  const start = { leaseToken: "lease", expiresAt: NOW, worker: "w", now: NOW };

  test("keeps the first start of a resumed attempt", () => {
    const fresh = startAttempt(attempt({ state: "queued" }), start).transition;
    expect(fresh).toMatchObject({
      from: "queued",
      to: "running",
      leaseToken: "lease",
      set: { startedAt: NOW },
    });
    const resumed = startAttempt(
      attempt({ state: "queued", resumption: { kind: "timeout" } }),
      start,
    );
    expect(resumed.transition.set).not.toHaveProperty("startedAt");
  });
});

describe("resumeAttempt()", () => {
  const resume = {
    resumption: { kind: "event", payload: 1 },
    now: NOW,
    actor: "triggerer",
  } as const;

  test("schedules the same try with the news it waited for", () => {
    const { transition } = resumeAttempt(attempt({ state: "deferred" }), resume);
    expect(transition).toMatchObject({
      from: "deferred",
      to: "scheduled",
      tryNumber: 1,
      leaseToken: "lease",
      set: { deferral: null, resumption: resume.resumption, leaseToken: null },
    });
    expect(transition.set).not.toHaveProperty("tryNumber");
  });

  test("acts without a lease where the attempt has none", () => {
    const { transition } = resumeAttempt(attempt({ state: "deferred", leaseToken: null }), resume);
    expect(transition).not.toHaveProperty("leaseToken");
  });
});
