import type { AttemptKey, XComKey } from "@airloom/core";
import { expect, test } from "vitest";
import { buildNode } from "../node-builder.ts";
import { strangersTo, type TaskCalls, type TaskCallsHarness } from "./harness.ts";

type Call = (api: TaskCalls, attempt: AttemptKey, place: Omit<XComKey, "key">) => Promise<unknown>;

const WRITES: Readonly<Record<string, Call>> = {
  saveXCom: (api, attempt) => api.saveXCom(attempt, "k", "late"),
  saveVariable: (api, attempt) => api.saveVariable(attempt, "token", "late"),
  saveRenderedFields: (api, attempt) => api.saveRenderedFields(attempt, { late: true }),
  saveNodes: (api, attempt) => api.saveNodes(attempt, [buildNode("late")]),
  saveTaskState: (api, attempt) => api.saveTaskState(attempt, "k", "late"),
  triggerDag: (api, attempt) =>
    api.triggerDag(attempt, { dagId: "other", runId: "late", conf: {}, logicalDate: null }),
};

const READS: Readonly<Record<string, Call>> = {
  findXCom: (api, attempt, place) => api.findXCom(attempt, { ...place, key: "k" }),
  findVariable: (api, attempt) => api.findVariable(attempt, "token"),
  findConnection: (api, attempt) => api.findConnection(attempt, "db"),
  findTaskState: (api, attempt) => api.findTaskState(attempt, "k"),
  findRunState: (api, attempt, { dagId, runId }) => api.findRunState(attempt, { dagId, runId }),
};

/** Whose calls are answered: the one attempt that holds its lease. */
export function describeLease(open: () => Promise<TaskCallsHarness>): void {
  test.each(Object.entries(WRITES))(
    "%s of an attempt whose lease is gone changes nothing",
    async (_name, write) => {
      const { api, attempt, place, clear, loadNodes, loadRenderedFields } = await open();
      await api.saveXCom(attempt, "k", "early");
      const next = await clear();
      await expect(write(api, attempt, place)).rejects.toMatchObject({ code: "auth.forbidden" });
      expect(await api.findXCom(next, { ...place, key: "k" })).toBe("early");
      expect((await api.findVariable(next, "token"))?.value).toBe("t0ken");
      expect(await api.findTaskState(next, "k")).toBeUndefined();
      expect(await api.findRunState(next, { dagId: "other", runId: "late" })).toBeUndefined();
      expect([await loadNodes(), await loadRenderedFields()]).toEqual([[], undefined]);
    },
  );

  test.each(Object.entries(READS))(
    "%s still answers an attempt that lost its lease, which may have to cancel what it began",
    async (_name, read) => {
      const { api, attempt, place, clear } = await open();
      await api.saveXCom(attempt, "k", "early");
      await api.saveTaskState(attempt, "k", "early");
      const before = await read(api, attempt, place);
      await clear();
      expect(await read(api, attempt, place)).toEqual(before);
    },
  );

  test.each(Object.entries({ ...WRITES, ...READS }))(
    "%s is refused to who never held the lease",
    async (_name, call) => {
      const { api, attempt, place } = await open();
      for (const stranger of strangersTo(attempt)) {
        await expect(call(api, stranger, place)).rejects.toMatchObject({ code: "auth.forbidden" });
      }
    },
  );
}
