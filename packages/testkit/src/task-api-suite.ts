import type { TaskApi } from "@airloom/core";
import { describe, expect, test } from "vitest";
import { closeAfterEach } from "./close-after-each.ts";
import { describeKept } from "./task-api-suite/describe-kept.ts";
import { describeLease } from "./task-api-suite/describe-lease.ts";
import { describeOtherRuns } from "./task-api-suite/describe-other-runs.ts";
import { strangersTo, type TaskCallsHarness } from "./task-api-suite/harness.ts";

/** What every adapter of `TaskApi` must do. `open` gives one with a queued attempt. */
export function describeTaskApi(
  adapterName: string,
  open: () => Promise<TaskCallsHarness<TaskApi>>,
): void {
  describe(adapterName, () => {
    const openHarness = closeAfterEach(open);

    describe("start()", () => {
      test("is answered with true once, and the attempt is running by then", async () => {
        const { api, attempt, loadState } = await openHarness();
        expect(await api.start(attempt)).toBe(true);
        expect(await loadState()).toBe("running");
        expect(await api.start(attempt)).toBe(false);
      });

      test("is confirmed to one of many that ask at once", async () => {
        const { api, attempt } = await openHarness();
        const answers = await Promise.all(Array.from({ length: 10 }, () => api.start(attempt)));
        expect(answers.filter((isConfirmed) => isConfirmed)).toHaveLength(1);
      });

      test("is refused to who does not hold the lease of this try", async () => {
        const { api, attempt, loadState } = await openHarness();
        for (const other of strangersTo(attempt)) expect(await api.start(other)).toBe(false);
        expect(await loadState()).toBe("queued");
      });

      test("is refused to an attempt that was cleared, not to the one that follows it", async () => {
        const { api, attempt, clear } = await openHarness();
        const next = await clear();
        expect(await api.start(attempt)).toBe(false);
        expect(await api.start(next)).toBe(true);
      });
    });
  });

  describeTaskCalls(adapterName, async () => {
    const harness = await open();
    await harness.api.start(harness.attempt);
    return harness;
  });
}

/** What everything that carries a task's calls must do. `open` gives one with a running attempt. */
export function describeTaskCalls(
  adapterName: string,
  open: () => Promise<TaskCallsHarness>,
): void {
  describe(adapterName, () => {
    const openHarness = closeAfterEach(open);
    describeKept(openHarness);
    describeOtherRuns(openHarness);
    describeLease(openHarness);
  });
}
