import { describe, expect, test } from "vitest";
import { closeAfterEach } from "./close-after-each.ts";
import { describeClear } from "./operations-suite/describe-clear.ts";
import { describeMarks } from "./operations-suite/describe-marks.ts";
import { describeTrigger } from "./operations-suite/describe-trigger.ts";
import {
  clearRequest,
  layRun,
  type OpenOperations,
  type OperationsHarness,
  withDag,
} from "./operations-suite/harness.ts";

/**
 * What every adapter of `Operations` must do to runs. `open` gives operations over an empty store on which nothing
 * else acts.
 */
export function describeOperations(
  adapterName: string,
  open: () => Promise<OperationsHarness>,
): void {
  describe(adapterName, () => {
    const openWithDag = closeAfterEach(() => withDag(open));
    describeTrigger(openWithDag);
    describeClear(openWithDag);
    describeMarks(openWithDag);
    describeRest(openWithDag);
  });
}

function describeRest(open: OpenOperations): void {
  describe("setPaused()", () => {
    test("pauses and goes on, as often as it is asked", async () => {
      const { operations, store } = await open();
      for (const isPaused of [true, true, false]) {
        await operations.setPaused("dag", isPaused, "ann");
        expect((await store.findDag("dag"))?.isPaused).toBe(isPaused);
      }
    });

    test("refuses a Dag that is not there", async () => {
      const { operations } = await open();
      await expect(operations.setPaused("none", true, "ann")).rejects.toMatchObject({
        code: "dag.not_found",
      });
    });
  });

  describe("the audit log", () => {
    test("has who changed what; a dry run and a refusal leave nothing", async () => {
      const harness = await open();
      const { operations, loadAudit } = harness;
      await layRun(harness, ["success", "none", "none"]);
      const mark = { dagId: "dag", runId: "r", state: "failed" } as const;
      const reach = { includeUpstream: false, includeDownstream: false };
      const beside = { includePast: false, includeFuture: false };
      const task = { ...mark, ...reach, ...beside, taskId: "a", user: "ben", dryRun: false };
      const trigger = { dagId: "dag", runId: "mine", triggeredBy: "ui", user: "ann" } as const;
      await operations.triggerRun(trigger);
      await operations.triggerRun(trigger).catch(() => undefined);
      await operations.clear(clearRequest({ runId: "r", dryRun: true }));
      await operations.clear(clearRequest({ runId: "r", taskIds: ["a"] }));
      await operations.markTasks({ ...task, dryRun: true });
      await operations.markTasks(task);
      await operations.markRun({ ...mark, user: null });
      await operations.setPaused("dag", true, "ann");
      const rows = await loadAudit();
      expect(rows.map(({ event, actor, runId }) => `${event} ${actor} ${runId}`)).toEqual([
        "trigger_dag_run ann mine",
        "clear_task_instances ann r",
        "patch_task_instance ben r",
        "patch_dag_run system r",
        "patch_dag ann null",
      ]);
    });
  });
}
