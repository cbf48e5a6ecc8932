import type { Executor, ExecutorEvent, Workload } from "@airloom/core";
import { describe, expect, test } from "vitest";
import { closeAfterEach } from "./close-after-each.ts";

/** How an attempt of the suite goes: `dies` takes its process along, `lingers` has to be stopped. */
export type WorkKind = "succeeds" | "fails" | "dies" | "lingers" | "is_refused" | "is_unconfirmed";

/** One opened executor with workloads for it. */
export interface ExecutorHarness {
  readonly executor: Executor;
  /**
   * A new task instance's first try. The start of one that `is_refused` is answered with false, and that of one
   * that `is_unconfirmed` with an error.
   */
  workloadOf(kind: WorkKind): Workload;
  /** Resolves when the code of a lingering attempt is running. */
  untilRunning(workload: Workload): Promise<void>;
  /** Whether the code of an attempt that succeeds, is refused or is unconfirmed ever ran. */
  hasRun(workload: Workload): boolean;
  /** Whether a process of a lingering attempt is left. */
  isLeft(workload: Workload): boolean;
  close(): Promise<void>;
}

type Finished = Extract<ExecutorEvent, { readonly kind: "finished" }>;

/** A harness with everything its executor said. */
interface Watched extends ExecutorHarness {
  readonly events: readonly ExecutorEvent[];
  /** Starts an attempt; resolves when its end is reported. */
  run(workload: Workload): Promise<Finished>;
  /** The ends reported of an attempt. */
  endsOf(workload: Workload): readonly Finished[];
}

/** What every adapter of `Executor` must do. `open` gives a new one with so many slots. */
export function describeExecutor(
  adapterName: string,
  open: (options: { readonly slots: number }) => Promise<ExecutorHarness>,
): void {
  describe(adapterName, () => {
    const openWatched = closeAfterEach(async (slots: number) => watch(await open({ slots })));
    describeEnds(openWatched);
    describeAborts(openWatched);
    describeClose(openWatched);
  });
}

function describeEnds(open: (slots: number) => Promise<Watched>): void {
  describe("an accepted workload", () => {
    test("is reported exactly once, with its try and lease, however it ends", async () => {
      const harness = await open(4);
      const kinds = ["succeeds", "fails", "is_refused", "succeeds", "is_unconfirmed"] as const;
      const workloads = Array.from({ length: 8 }, () => kinds)
        .flat()
        .map((kind) => harness.workloadOf(kind));
      workloads.splice(9, 0, harness.workloadOf("dies"));
      await Promise.all(workloads.map((workload) => harness.run(workload)));
      await harness.executor.close();
      for (const workload of workloads) {
        const { id: taskInstanceId, tryNumber } = workload.taskInstance;
        const { leaseToken } = workload;
        expect(harness.endsOf(workload)).toMatchObject([{ taskInstanceId, tryNumber, leaseToken }]);
      }
    });

    test("is reported as it ended", async () => {
      const harness = await open(2);
      const end = async (kind: WorkKind) => (await harness.run(harness.workloadOf(kind))).outcome;
      expect(await end("succeeds")).toEqual({ kind: "success" });
      expect(await end("fails")).toMatchObject({ kind: "failed", retryable: true });
      expect(await end("dies")).toMatchObject({
        kind: "failed",
        retryable: true,
        failure: { kind: "killed" },
      });
      expect(await end("succeeds")).toEqual({ kind: "success" });
    });

    test("says that it started before it ends, and then only", async () => {
      const harness = await open(2);
      const workload = harness.workloadOf("succeeds");
      await harness.run(workload);
      const { id } = workload.taskInstance;
      const kinds = harness.events
        .filter(({ taskInstanceId }) => taskInstanceId === id)
        .map(({ kind }) => kind);
      expect(kinds).toEqual(["started", "finished"]);
      expect(harness.hasRun(workload)).toBe(true);
    });

    test.each(["is_refused", "is_unconfirmed"] as const)(
      "whose start %s runs no code and is lost",
      async (kind) => {
        const harness = await open(2);
        const workload = harness.workloadOf(kind);
        expect((await harness.run(workload)).outcome.kind).toBe("lost");
        expect(harness.hasRun(workload)).toBe(false);
        expect(harness.events.some((event) => event.kind === "started")).toBe(false);
      },
    );

    test("takes a slot until it ends; more than there are slots for are accepted", async () => {
      const harness = await open(2);
      const { executor } = harness;
      expect(executor.freeSlots).toBe(2);
      const workloads = [1, 2, 3].map(() => harness.workloadOf("lingers"));
      const ends = workloads.map((workload) => harness.run(workload));
      expect(executor.freeSlots).toBe(0);
      for (const { taskInstance } of workloads) executor.abort(taskInstance.id, "over");
      await Promise.all(ends);
      expect(executor.freeSlots).toBe(2);
      void harness.run(harness.workloadOf("lingers"));
      expect(executor.freeSlots).toBe(1);
    });

    test("is told to every listener", async () => {
      const harness = await open(1);
      const heard: ExecutorEvent[] = [];
      harness.executor.onEvent((event) => heard.push(event));
      await harness.run(harness.workloadOf("succeeds"));
      expect(heard).toEqual(harness.events);
    });
  });
}

function describeAborts(open: (slots: number) => Promise<Watched>): void {
  const stopped = (message: string) => ({
    kind: "failed",
    retryable: true,
    failure: { kind: "killed", message },
  });

  describe("abort()", () => {
    test("ends a running attempt, which is reported once with the reason", async () => {
      const harness = await open(2);
      const workload = harness.workloadOf("lingers");
      const end = harness.run(workload);
      await harness.untilRunning(workload);
      const { id } = workload.taskInstance;
      harness.executor.abort(id, "marked as failed");
      harness.executor.abort(id, "once more");
      expect((await end).outcome).toMatchObject(stopped("marked as failed"));
      harness.executor.abort(id, "too late");
      await harness.executor.close();
      expect(harness.endsOf(workload)).toHaveLength(1);
    });

    test("ends one that has only just been accepted, and leaves the others alone", async () => {
      const harness = await open(1);
      const [first, second] = [harness.workloadOf("lingers"), harness.workloadOf("lingers")];
      void harness.run(first);
      const end = harness.run(second);
      harness.executor.abort(second.taskInstance.id, "cleared");
      expect((await end).outcome).toMatchObject(stopped("cleared"));
      expect(harness.endsOf(first)).toEqual([]);
    });

    test("ends all attempts of a task instance", async () => {
      const harness = await open(2);
      const first = harness.workloadOf("lingers");
      const second = nextTryOf(first);
      const ends = [harness.run(first)];
      await harness.untilRunning(first);
      ends.push(harness.run(second));
      harness.executor.abort(first.taskInstance.id, "cleared");
      for (const { outcome } of await Promise.all(ends)) {
        expect(outcome).toMatchObject(stopped("cleared"));
      }
    });

    test("of an unknown attempt does nothing", async () => {
      const harness = await open(1);
      harness.executor.abort("nobody", "no reason");
      expect((await harness.run(harness.workloadOf("succeeds"))).outcome.kind).toBe("success");
      expect(harness.events).toHaveLength(2);
    });
  });
}

function describeClose(open: (slots: number) => Promise<Watched>): void {
  describe("close()", () => {
    test("reports what runs and what waits as lost, and leaves no process", async () => {
      const harness = await open(1);
      const [running, waiting] = [harness.workloadOf("lingers"), harness.workloadOf("lingers")];
      void harness.run(running);
      await harness.untilRunning(running);
      expect(harness.isLeft(running)).toBe(true);
      void harness.run(waiting);
      await Promise.all([harness.executor.close(), harness.executor.close()]);
      for (const workload of [running, waiting]) {
        expect(harness.endsOf(workload)).toMatchObject([{ outcome: { kind: "lost" } }]);
        expect(harness.isLeft(workload)).toBe(false);
      }
    });

    test("what is started afterwards is lost too", async () => {
      const harness = await open(1);
      await harness.executor.close();
      expect(harness.executor.freeSlots).toBe(0);
      const workload = harness.workloadOf("succeeds");
      expect((await harness.run(workload)).outcome.kind).toBe("lost");
      expect(harness.hasRun(workload)).toBe(false);
    });
  });
}

function nextTryOf(workload: Workload): Workload {
  const { taskInstance, leaseToken } = workload;
  return {
    ...workload,
    leaseToken: `${leaseToken} again`,
    taskInstance: { ...taskInstance, tryNumber: taskInstance.tryNumber + 1 },
  };
}

function watch(harness: ExecutorHarness): Watched {
  const events: ExecutorEvent[] = [];
  const waiting = new Map<string, (finished: Finished) => void>();
  harness.executor.onEvent((event) => {
    events.push(event);
    if (event.kind === "finished") waiting.get(event.leaseToken)?.(event);
  });
  return {
    ...harness,
    events,
    run: (workload) =>
      new Promise((resolve) => {
        waiting.set(workload.leaseToken, resolve);
        harness.executor.start(workload);
      }),
    endsOf: ({ leaseToken }) =>
      events.filter(
        (event): event is Finished => event.kind === "finished" && event.leaseToken === leaseToken,
      ),
  };
}
