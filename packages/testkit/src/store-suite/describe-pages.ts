import type { Store } from "@airloom/core";
import { describe, expect, test } from "vitest";
import { buildDag, buildTask } from "../dag-builder.ts";
import { addDagTo } from "./add-dag.ts";
import { after, createRun, loadRun, NOW } from "./harness.ts";

/** What every list promises: bounded pages, a total, and an order from a known set of fields. */
export function describePages(open: () => Promise<Store>): void {
  describe("pages", () => {
    const openRuns = async () => {
      const store = await open();
      await addDagTo(store, buildDag("dag", [buildTask("a", { pool: "p", queue: "q" })]));
      for (let at = 0; at < 5; at += 1) {
        await createRun(store, "dag", `r_${at}`, {
          runAfter: after(at),
          runType: at % 2 === 0 ? "manual" : "backfill",
          logicalDate: at === 4 ? null : after(at),
        });
      }
      return store;
    };

    test("join up without gaps or repeats, and know how many there are in all", async () => {
      const store = await openRuns();
      const seen: string[] = [];
      for (let offset = 0; offset < 6; offset += 2) {
        const page = await store.listRuns({}, { limit: 2, offset, orderBy: ["dagId"] });
        expect(page.total).toBe(5);
        seen.push(...page.items.map(({ runId }) => runId));
      }
      expect(seen.toSorted()).toEqual(["r_0", "r_1", "r_2", "r_3", "r_4"]);
      expect(await store.listRuns({}, { limit: 2, offset: 10 })).toEqual({ items: [], total: 5 });
    });

    test("are ordered by fields of the item, descending with a minus", async () => {
      const store = await openRuns();
      const ids = async (orderBy: readonly string[]) =>
        (await store.listRuns({}, { limit: 10, offset: 0, orderBy })).items.map(
          ({ runId }) => runId,
        );
      expect(await ids(["runAfter"])).toEqual(["r_0", "r_1", "r_2", "r_3", "r_4"]);
      expect(await ids(["runType", "-runId"])).toEqual(["r_3", "r_1", "r_4", "r_2", "r_0"]);
    });

    test.each(["secret", "-", "", "r.id", "id; drop table dag_run", "constructor"])(
      "refuse to be ordered by %j and name what would be right",
      async (field) => {
        const store = await open();
        const page = { limit: 1, offset: 0, orderBy: [field] };
        const call = async () => store.listRuns({}, page);
        await expect(call()).rejects.toMatchObject({ code: "input.invalid" });
        await expect(call()).rejects.toThrow("runAfter");
      },
    );

    test.each([
      { limit: 0, offset: 0 },
      { limit: 1_001, offset: 0 },
      { limit: 1.5, offset: 0 },
      { limit: Number.NaN, offset: 0 },
      { limit: 1, offset: -1 },
    ])("refuse %j", async (page) => {
      const store = await open();
      await expect((async () => store.listDags({}, page))()).rejects.toMatchObject({
        code: "input.invalid",
      });
    });

    test("runs are filtered by every field of the filter", async () => {
      const store = await openRuns();
      const ids = async (filter: Parameters<Store["listRuns"]>[0]) =>
        (await store.listRuns(filter, { limit: 10, offset: 0, orderBy: ["runId"] })).items.map(
          ({ runId }) => runId,
        );
      const first = await store.findRun("dag", "r_0");
      await store.transition({
        runs: [
          {
            dagRunId: first?.id ?? "",
            from: "queued",
            to: "running",
            actor: "test",
            set: { startedAt: NOW },
          },
          {
            dagRunId: first?.id ?? "",
            from: "running",
            to: "success",
            actor: "test",
            set: { endedAt: after(30) },
          },
        ],
        now: NOW,
      });
      expect(await ids({ states: ["success"] })).toEqual(["r_0"]);
      expect(await ids({ runTypes: ["backfill"] })).toEqual(["r_1", "r_3"]);
      expect(await ids({ dagIds: ["unknown"] })).toEqual([]);
      expect(await ids({ runIds: ["r_2", "r_9"] })).toEqual(["r_2"]);
      expect(await ids({ runIdPattern: "R%3" })).toEqual(["r_3"]);
      expect(await ids({ runIdPattern: "r_1 | r_2" })).toEqual(["r_1", "r_2"]);
      expect(await ids({ runAfterGte: after(1), runAfterLte: after(2) })).toEqual(["r_1", "r_2"]);
      expect(await ids({ startedAfter: after(-1), endedAfter: after(29) })).toEqual(["r_0"]);
      expect(await ids({ startedAfter: NOW })).toEqual([]);
      expect(await ids({ ranges: [{ field: "duration", op: "gte", value: 30 }] })).toEqual(["r_0"]);
      expect(await ids({ ranges: [{ field: "duration", op: "lt", value: 1_000 }] })).toEqual([
        "r_0",
      ]);
      expect(
        await ids({
          ranges: [
            { field: "logicalDate", op: "gt", value: after(1) },
            { field: "runAfter", op: "lt", value: after(9) },
          ],
        }),
      ).toEqual(["r_2", "r_3"]);
    });

    test("task instances are filtered by pool, queue, map index and ranges", async () => {
      const store = await openRuns();
      const run = await store.findRun("dag", "r_0");
      await loadRun(store, run?.id ?? "");
      const total = async (filter: Parameters<Store["listTaskInstances"]>[0]) =>
        (await store.listTaskInstances(filter, { limit: 1, offset: 0 })).total;
      expect(await total({ pools: ["p"], queues: ["q"], mapIndexes: [-1] })).toBe(5);
      expect(await total({ pools: ["other"] })).toBe(0);
      expect(await total({ mapIndexes: [0] })).toBe(0);
      expect(await total({ ranges: [{ field: "runAfter", op: "lte", value: after(1) }] })).toBe(2);
    });
  });
}
