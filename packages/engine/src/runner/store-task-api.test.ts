import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Clock, DagSpec } from "@airloom/core";
import { Dag } from "@airloom/sdk";
import { buildNewRun, describeTaskApi, MemoryEvents, MemoryStore } from "@airloom/testkit";
import { expect, test } from "vitest";
import { openGroupCommit } from "../commit/group-commit.ts";
import { openLocalExecutor } from "../executors/local-executor.ts";
import { openFileLogStore } from "../logs/file-log-store.ts";
import { openScheduler } from "../scheduler/open-scheduler.ts";
import { openTriggerer } from "../triggerer/open-triggerer.ts";
import { type KeptByTasks, makeTaskStore, openTaskWorld } from "./fixtures/open-task-world.ts";
import { openStoreTaskApi } from "./store-task-api.ts";

const FILE = fileURLToPath(new URL("./fixtures/pipeline.ts", import.meta.url));
const ENTRY = fileURLToPath(import.meta.resolve("@airloom/sdk"));

const clock: Clock = {
  now: () => new Date(),
  schedule: (at, callback) => {
    const timer = setTimeout(callback, Math.max(0, at.getTime() - Date.now()));
    return () => clearTimeout(timer);
  },
};

describeTaskApi("StoreTaskApi", openTaskWorld);

test("a run goes through processes, triggerer, retry and branch to its end", async () => {
  const folder = mkdtempSync(join(tmpdir(), "airloom-whole-"));
  const store = new MemoryStore();
  const events = new MemoryEvents();
  const logger = { log: () => undefined };
  const commit = openGroupCommit({ store, clock, events, logger });
  const kept: KeptByTasks = { nodes: [], fields: [] };
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
  const dates = { logicalDate: at, dataIntervalStart: at, dataIntervalEnd: at, runAfter: at };
  const run = await store.createRun(buildNewRun("pipeline", "manual__1", dates), {
    now: clock.now(),
  });
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
