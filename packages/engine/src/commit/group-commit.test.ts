import { AirloomError, moveWith, type RunMove, type TaskMove, type TaskState } from "@airloom/core";
import { buildDag, buildTask, FakeClock, MemoryEvents, MemoryStore } from "@airloom/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AppliedMoves, type GroupCommit, openGroupCommit } from "./group-commit.ts";

interface World {
  readonly clock: FakeClock;
  readonly store: MemoryStore;
  readonly events: MemoryEvents;
  readonly commit: GroupCommit;
  readonly applied: AppliedMoves[];
  readonly logged: string[];
  readonly move: (taskId: string, to: TaskState) => TaskMove;
  readonly endRun: () => RunMove;
}

/** A run of three tasks, and a group commit over its store. */
async function openWorld(): Promise<World> {
  const clock = new FakeClock();
  const store = new MemoryStore();
  const events = new MemoryEvents();
  const logged: string[] = [];
  store.addDag(
    buildDag(
      "dag",
      ["a", "b", "c"].map((taskId) => buildTask(taskId)),
    ),
  );
  const now = clock.now();
  const run = await store.createRun(
    {
      dagId: "dag",
      runId: "r",
      runType: "manual",
      triggeredBy: "test",
      triggeringUser: null,
      logicalDate: now,
      dataIntervalStart: now,
      dataIntervalEnd: now,
      runAfter: now,
      conf: {},
      note: null,
    },
    { now },
  );
  if (run === undefined) throw new Error("no run");
  const commit = openGroupCommit({
    store,
    clock,
    events,
    logger: { log: (level, message) => logged.push(`${level} ${message}`) },
  });
  const applied: AppliedMoves[] = [];
  commit.onApplied((moves) => applied.push(moves));
  return {
    clock,
    store,
    events,
    commit,
    applied,
    logged,
    move: (taskId, to) => {
      const task = store.instancesOf(run.id).find((one) => one.taskId === taskId);
      if (task === undefined) throw new Error(`no task ${taskId}`);
      return moveWith(task, { actor: "test" })(to);
    },
    endRun: () => ({
      run,
      transition: {
        dagRunId: run.id,
        from: "queued",
        to: "failed",
        actor: "test",
        set: { endedAt: now },
      },
    }),
  };
}

async function pass(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Fails the next calls of `transition`, before they take effect or after. */
function outage(
  store: MemoryStore,
  plan: readonly ("before" | "after")[],
  code: "database.unavailable" | "input.invalid" = "database.unavailable",
): void {
  const left = [...plan];
  store.fail = (when, call) => {
    if (call !== "transition" || left[0] !== when) return;
    left.shift();
    throw new AirloomError(code, "simulated");
  };
}

describe("a group commit", () => {
  test("writes all that gathers while a transaction is in flight as one", async () => {
    const { commit, store, move } = await openWorld();
    const before = store.calls;
    const answers = Promise.all([
      commit.apply({ tasks: [move("a", "scheduled")] }),
      commit.apply({ tasks: [move("b", "scheduled"), move("c", "skipped")] }),
    ]);
    expect(await answers).toEqual([
      { tasks: [true], runs: [] },
      { tasks: [true, true], runs: [] },
    ]);
    expect(store.calls - before).toBe(1);
  });

  test("tells each caller which of its moves were applied", async () => {
    const { commit, move, endRun } = await openWorld();
    const first = commit.apply({
      tasks: [move("a", "scheduled"), move("a", "skipped")],
      runs: [endRun(), endRun()],
    });
    expect(await first).toEqual({ tasks: [true, false], runs: [true, false] });
  });

  test("tells listeners and the UI of what was applied, before its callers go on", async () => {
    const { commit, move, applied, events, endRun } = await openWorld();
    const heard: number[] = [];
    const stop = commit.onApplied(({ tasks }) => heard.push(tasks.length));
    await commit.apply({ tasks: [move("a", "scheduled"), move("a", "skipped")], runs: [endRun()] });
    expect(applied).toMatchObject([
      { tasks: [{ transition: { to: "scheduled" } }], runs: [{ transition: { to: "failed" } }] },
    ]);
    expect(events.published).toEqual([
      {
        kind: "task_instance",
        dagId: "dag",
        runId: "r",
        taskId: "a",
        mapIndex: -1,
        state: "scheduled",
        tryNumber: 0,
        startedAt: null,
        endedAt: null,
      },
      { kind: "run", dagId: "dag", runId: "r", state: "failed" },
    ]);
    stop();
    await commit.apply({ tasks: [move("b", "scheduled")] });
    expect(heard).toEqual([1]);
  });

  test("keeps silent about what was not applied", async () => {
    const { commit, move, applied, events } = await openWorld();
    const stale = move("a", "scheduled");
    await commit.apply({ tasks: [move("a", "skipped")] });
    const before = events.published.length;
    expect(await commit.apply({ tasks: [stale] })).toEqual({ tasks: [false], runs: [] });
    expect(applied).toHaveLength(1);
    expect(events.published).toHaveLength(before);
  });

  test("waits while the database is away, with growing pauses, and loses nothing", async () => {
    const { commit, store, clock, move, logged } = await openWorld();
    outage(store, ["before", "before", "before"]);
    const answer = commit.apply({ tasks: [move("a", "scheduled")] });
    const later = commit.apply({ tasks: [move("b", "scheduled")] });
    for (const waitMs of [50, 100, 200]) {
      await pass();
      expect(clock.nextAt?.getTime()).toBe(clock.now().getTime() + waitMs);
      clock.advanceToNext();
    }
    expect(await answer).toEqual({ tasks: [true], runs: [] });
    expect(await later).toEqual({ tasks: [true], runs: [] });
    expect(logged).toHaveLength(3);
  });

  test("finds out that a transaction whose answer was lost had taken effect", async () => {
    const { commit, store, clock, move, endRun } = await openWorld();
    const stale = move("c", "scheduled");
    await commit.apply({ tasks: [move("c", "skipped")] });
    outage(store, ["after"]);
    const answer = commit.apply({ tasks: [move("a", "scheduled"), stale], runs: [endRun()] });
    await pass();
    clock.advanceToNext();
    expect(await answer).toEqual({ tasks: [true, false], runs: [true] });
    expect(store.rows.history.filter(({ taskId }) => taskId === "a")).toHaveLength(1);
  });

  test("does not take another writer's move of a run for its own", async () => {
    const { commit, store, clock, endRun } = await openWorld();
    const { run, transition } = endRun();
    await store.transition({
      runs: [{ ...transition, set: { endedAt: new Date(0) } }],
      now: clock.now(),
    });
    outage(store, ["before"]);
    const answer = commit.apply({ runs: [{ run, transition }] });
    await pass();
    clock.advanceToNext();
    expect(await answer).toEqual({ tasks: [], runs: [false] });
  });

  test("never loses or doubles a move, whichever answers are lost", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom("before", "after"), { maxLength: 6 }),
        fc.array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 6 }),
        async (lost, taskIds) => {
          const { commit, store, clock, move } = await openWorld();
          outage(store, lost);
          const answers = taskIds.map((taskId) =>
            commit.apply({ tasks: [move(taskId, "scheduled")] }),
          );
          for (let turn = 0; turn < 20; turn += 1) {
            await pass();
            clock.advance(5_000);
          }
          const counts = new Map<string, number>();
          for (const [index, answer] of answers.entries()) {
            const { tasks } = await answer;
            const taskId = taskIds[index] ?? "";
            counts.set(taskId, (counts.get(taskId) ?? 0) + Number(tasks[0]));
          }
          for (const taskId of new Set(taskIds)) {
            expect(store.rows.history.filter((row) => row.taskId === taskId)).toHaveLength(1);
            // Two callers who asked for the very same move in one instant may both be told that it took effect.
            expect(counts.get(taskId)).toBeGreaterThanOrEqual(1);
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  test("refuses an illegal move to its own caller alone", async () => {
    const { commit, move } = await openWorld();
    const good = commit.apply({ tasks: [move("a", "scheduled")] });
    await expect(commit.apply({ tasks: [move("b", "running")] })).rejects.toThrow(
      'cannot move from "none" to "running"',
    );
    expect(await good).toEqual({ tasks: [true], runs: [] });
  });

  test("refuses an illegal move of a run", async () => {
    const { commit, endRun } = await openWorld();
    const { run, transition } = endRun();
    const illegal = commit.apply({
      runs: [{ run, transition: { ...transition, from: "success", to: "running" } }],
    });
    await expect(illegal).rejects.toThrow('cannot move from "success" to "running"');
  });

  test("lets one caller's failure not be the others'", async () => {
    const { commit, store, move } = await openWorld();
    outage(store, ["before", "before"], "input.invalid");
    const bad = commit.apply({ tasks: [move("a", "scheduled")] });
    const good = commit.apply({ tasks: [move("b", "scheduled")] });
    await expect(bad).rejects.toThrow("simulated");
    expect(await good).toEqual({ tasks: [true], runs: [] });
  });

  test("goes on when a listener fails", async () => {
    const { commit, move, logged } = await openWorld();
    commit.onApplied(() => {
      throw new Error("deaf");
    });
    expect(await commit.apply({ tasks: [move("a", "scheduled")] })).toEqual({
      tasks: [true],
      runs: [],
    });
    expect(logged).toEqual(["error A listener failed on applied moves: Error: deaf"]);
  });

  test("answers at once when there is nothing to write", async () => {
    const { commit, store } = await openWorld();
    const before = store.calls;
    expect(await commit.apply({})).toEqual({ tasks: [], runs: [] });
    expect(store.calls).toBe(before);
  });

  test("keeps a caller's moves together, and splits a flood between callers", async () => {
    const { commit, store, move } = await openWorld();
    const before = store.calls;
    const many = Array.from({ length: 1_500 }, () => move("a", "scheduled"));
    const answers = await Promise.all([
      commit.apply({ tasks: many }),
      commit.apply({ tasks: many }),
      commit.apply({ tasks: [...many, ...many] }),
    ]);
    expect(answers.map(({ tasks }) => tasks.filter(Boolean).length)).toEqual([1, 0, 0]);
    expect(store.calls - before).toBe(3);
  });

  test("writes what is waiting when it closes, and refuses what comes later", async () => {
    const { commit, move } = await openWorld();
    const last = commit.apply({ tasks: [move("a", "scheduled")] });
    await commit.close();
    expect(await last).toEqual({ tasks: [true], runs: [] });
    await expect(commit.apply({ tasks: [move("b", "scheduled")] })).rejects.toThrow("closing");
  });

  test("gives up on a database that is away when it closes", async () => {
    const { commit, store, clock, move } = await openWorld();
    outage(
      store,
      Array.from({ length: 9 }, () => "before" as const),
    );
    const last = commit.apply({ tasks: [move("a", "scheduled")] });
    const refusal = last.catch((error: unknown) => error);
    await pass();
    const closed = commit.close();
    clock.advanceToNext();
    await closed;
    expect(await refusal).toMatchObject({ code: "database.unavailable" });
  });
});
