import { MAX_XCOM_BYTES } from "@airloom/core";
import { expect, test } from "vitest";
import { buildNode } from "../node-builder.ts";
import { TASK_WORLD, type TaskCallsHarness } from "./harness.ts";

/** What a task leaves with the platform, and finds there. */
export function describeKept(open: () => Promise<TaskCallsHarness>): void {
  test.each([[null], [0], [""], ["ünusual \0 🙂"], [{ deep: [1, { x: null }] }], [[]]])(
    "an XCom of %j is found as it was saved",
    async (value) => {
      const { api, attempt, place } = await open();
      const key = { ...place, key: "k" };
      expect(await api.findXCom(attempt, key)).toBeUndefined();
      await api.saveXCom(attempt, "k", "before");
      await api.saveXCom(attempt, "k", value);
      expect(await api.findXCom(attempt, key)).toEqual(value);
      expect(await api.findXCom(attempt, { ...key, taskId: "another" })).toBeUndefined();
    },
  );

  test("an XCom over the limit is refused and leaves what was there", async () => {
    const { api, attempt, place } = await open();
    await api.saveXCom(attempt, "k", "x".repeat(MAX_XCOM_BYTES - 2));
    const tooLarge = "é".repeat(MAX_XCOM_BYTES / 2);
    await expect(api.saveXCom(attempt, "k", tooLarge)).rejects.toMatchObject({
      code: "xcom.too_large",
    });
    expect(await api.findXCom(attempt, { ...place, key: "k" })).not.toBe(tooLarge);
  });

  test("many calls at once each get their own answer", async () => {
    const { api, attempt, place } = await open();
    const keys = Array.from({ length: 50 }, (_, index) => `key${index}`);
    await Promise.all(keys.map((key) => api.saveXCom(attempt, key, key)));
    const found = await Promise.all(keys.map((key) => api.findXCom(attempt, { ...place, key })));
    expect(found).toEqual(keys);
  });

  test("a variable is found with its secret and keeps what is not written", async () => {
    const { api, attempt } = await open();
    const { variable } = TASK_WORLD;
    const found = await api.findVariable(attempt, variable.key);
    expect(found).toEqual({ ...variable, updatedAt: expect.any(Date) });
    expect(await api.findVariable(attempt, "missing")).toBeUndefined();
    await api.saveVariable(attempt, variable.key, "new");
    await api.saveVariable(attempt, "made", "by a task");
    expect(await api.findVariable(attempt, variable.key)).toMatchObject({
      ...variable,
      value: "new",
    });
    expect(await api.findVariable(attempt, "made")).toMatchObject({
      value: "by a task",
      description: null,
      isSecret: false,
    });
  });

  test("a connection is found with its secrets", async () => {
    const { api, attempt } = await open();
    expect(await api.findConnection(attempt, "db")).toEqual(TASK_WORLD.connection);
    expect(await api.findConnection(attempt, "missing")).toBeUndefined();
  });

  test.each(["by_id", "by_pattern", "by_tag"])(
    "a connection for some Dags is found by one of them, %s, and tells nothing of its scope (S3)",
    async (connectionId) => {
      const { api, attempt } = await open();
      expect(await api.findConnection(attempt, connectionId)).toEqual({
        ...TASK_WORLD.connection,
        connectionId,
      });
    },
  );

  test.each(["other_id", "other_pattern", "other_tag", "nobody"])(
    "a connection for other Dags, %s, is refused with the Dag's name and who may change it (S3)",
    async (connectionId) => {
      const { api, attempt, place } = await open();
      const refusal = `Cannot use connection "${connectionId}" in Dag "${place.dagId}"`;
      await expect(api.findConnection(attempt, connectionId)).rejects.toMatchObject({
        code: "connection.out_of_scope",
        message: expect.stringContaining(refusal),
      });
      await expect(api.findConnection(attempt, connectionId)).rejects.toThrow(/An admin can/u);
    },
  );

  test("rendered fields and nodes are kept for people", async () => {
    const { api, attempt, loadRenderedFields, loadNodes } = await open();
    await api.saveRenderedFields(attempt, { sql: "select 1", n: [null] });
    expect(await loadRenderedFields()).toEqual({ sql: "select 1", n: [null] });
    const times = { startedAt: new Date(0), endedAt: new Date(1) };
    const nodes = [buildNode("a", times), buildNode("b", { index: 1, dependsOn: ["a"] })];
    await api.saveNodes(attempt, nodes);
    expect(await loadNodes()).toEqual(nodes);
  });

  test("task state outlives its process, not its chain", async () => {
    const { api, attempt, clear } = await open();
    expect(await api.findTaskState(attempt, "run_id")).toBeUndefined();
    await api.saveTaskState(attempt, "run_id", 1);
    await api.saveTaskState(attempt, "run_id", { id: 2 });
    expect(await api.findTaskState(attempt, "run_id")).toEqual({ id: 2 });
    const next = await clear();
    expect(await api.findTaskState(next, "run_id")).toBeUndefined();
  });
}
