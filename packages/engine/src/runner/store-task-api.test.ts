import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Clock, DagSpec, JsonObject, TaskNode } from "@airloom/core";
import { Dag } from "@airloom/sdk";
import { MemoryEvents, MemoryStore } from "@airloom/testkit";
import { expect, test } from "vitest";
import { openGroupCommit } from "../commit/group-commit.ts";
import { openLocalExecutor } from "../executors/local-executor.ts";
import { openFileLogStore } from "../logs/file-log-store.ts";
import { openScheduler } from "../scheduler/open-scheduler.ts";
import { openTriggerer } from "../triggerer/open-triggerer.ts";
import { openStoreTaskApi, type TaskStore } from "./store-task-api.ts";

const FILE = fileURLToPath(new URL("./fixtures/pipeline.ts", import.meta.url));
const ENTRY = fileURLToPath(import.meta.resolve("@airloom/sdk"));

const clock: Clock = {
  now: () => new Date(),
  schedule: (at, callback) => {
    const timer = setTimeout(callback, Math.max(0, at.getTime() - Date.now()));
    return () => clearTimeout(timer);
  },
};

/** The memory store with the rest of what tasks ask for. */
function makeTaskStore(
  store: MemoryStore,
  kept: { readonly nodes: TaskNode[]; readonly fields: JsonObject[] },
): TaskStore {
  return {
    findConnection: async () => undefined,
    findVariable: async () => undefined,
    saveVariable: async () => undefined,
    saveNodes: async (_id, _tryNumber, nodes) => {
      kept.nodes.push(...nodes);
    },
    saveRenderedFields: async (_id, _tryNumber, fields) => {
      kept.fields.push(fields);
    },
    findRun: (dagId, runId) => store.findRun(dagId, runId),
    findTaskInstanceById: (id) => store.findTaskInstanceById(id),
    findTaskState: (id, chain, key) => store.findTaskState(id, chain, key),
    saveTaskState: (id, chain, key, value) => store.saveTaskState(id, chain, key, value),
    findXCom: (key) => store.findXCom(key),
    saveXCom: (entry, now) => store.saveXCom(entry, now),
  };
}

test("a run goes through processes, triggerer, retry and branch to its end", async () => {
  const folder = mkdtempSync(join(tmpdir(), "airloom-whole-"));
  const store = new MemoryStore();
  const events = new MemoryEvents();
  const logger = { log: () => undefined };
  const commit = openGroupCommit({ store, clock, events, logger });
  const kept = { nodes: [] as TaskNode[], fields: [] as JsonObject[] };
  const taskApi = openStoreTaskApi({
    store: makeTaskStore(store, kept),
    commit,
    clock,
    events,
    triggerRun: async () => {
      throw new Error("no other Dag here");
    },
  });
  const modules = { entry: ENTRY, cacheDir: join(tmpdir(), "airloom-test-cache"), env: {} };
  const logs = openFileLogStore({ root: join(folder, "logs") });
  const executor = openLocalExecutor({ modules, taskApi, logs, events, logger });
  const spec = await loadSpec();
  store.addDag(spec);
  const scheduler = await openScheduler({
    store,
    executor,
    clock,
    events,
    commit,
    loadFileFor: async () => ({ file: FILE, fileHash: "1" }),
    logger,
    newId: randomUUID,
  });
  const triggerer = await openTriggerer({
    modules,
    store,
    commit,
    taskApi,
    logs,
    events,
    clock,
    logger,
    triggerModules: [],
    findFile: async () => FILE,
    resume: (id, tryNumber, resumption) => scheduler.resumeDeferred(id, tryNumber, resumption),
  });

  const ended = new Promise<string>((resolve) => {
    events.subscribe((event) => {
      if (event.kind === "run" && event.state !== "running" && event.state !== "queued")
        resolve(event.state);
    });
  });
  const at = new Date("2026-01-01T00:00:00Z");
  const run = await store.createRun(
    {
      dagId: "pipeline",
      runId: "manual__1",
      runType: "manual",
      triggeredBy: "test",
      triggeringUser: null,
      logicalDate: at,
      dataIntervalStart: at,
      dataIntervalEnd: at,
      runAfter: at,
      conf: {},
      note: null,
    },
    { now: clock.now() },
  );
  scheduler.wakeRun(run?.id ?? "");
  expect(await ended).toBe("success");

  const found = async (taskId: string) => {
    const key = {
      dagId: "pipeline",
      runId: "manual__1",
      taskId,
      mapIndex: -1,
      key: "return_value",
    };
    return (await store.findXCom(key))?.value;
  };
  const stateOf = async (taskId: string) => {
    const instance = await store.findTaskInstance({
      dagId: "pipeline",
      runId: "manual__1",
      taskId,
    });
    return [instance?.state, instance?.tryNumber];
  };
  expect(await found("wait")).toEqual({
    resumption: { kind: "event", payload: { run: 42 } },
    job: "41",
  });
  expect(await found("flaky")).toBe("https://job.example");
  expect(await stateOf("flaky")).toEqual(["success", 2]);
  expect(await stateOf("wait")).toEqual(["success", 1]);
  expect((await stateOf("yes"))[0]).toBe("success");
  expect((await stateOf("no"))[0]).toBe("skipped");
  expect(kept.nodes).toMatchObject([{ uniqueId: "model.a", state: "success" }]);
  expect(kept.fields).toContainEqual({ job: "41" });

  await expect(
    taskApi.saveXCom({ taskInstanceId: "1", tryNumber: 1, leaseToken: "stale" }, "k", 1),
  ).rejects.toMatchObject({ code: "auth.forbidden" });

  await scheduler.close();
  await triggerer.close();
  await executor.close();
  await commit.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

async function loadSpec(): Promise<DagSpec> {
  const module: unknown = await import(FILE);
  if (
    typeof module === "object" &&
    module !== null &&
    "default" in module &&
    module.default instanceof Dag
  ) {
    return module.default.toSpec();
  }
  throw new Error("The fixture exports no Dag");
}
