import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Deferral, Resumption, TaskInstance, TaskMove, TaskState } from "@airloom/core";
import { buildRun, buildTask, buildTaskInstance } from "@airloom/testkit";
import { afterEach, describe, expect, test } from "vitest";
import type { AppliedMoves } from "../commit/group-commit.ts";
import { CONNECTION, type Kept, makeKept, makeTaskApi } from "../executors/fixtures/harness.ts";
import { AttemptMasks } from "../logs/attempt-masks.ts";
import { openFileLogStore } from "../logs/file-log-store.ts";
import { openTriggerer, type Triggerer, type TriggererOptions } from "./open-triggerer.ts";

const TRIGGERS = fileURLToPath(new URL("./fixtures/triggers.ts", import.meta.url));
const DAG_FILE = fileURLToPath(new URL("./fixtures/dag-with-trigger.ts", import.meta.url));

interface Opened {
  readonly triggerer: Triggerer;
  readonly folder: string;
  readonly kept: Kept;
  readonly resumed: Map<string, Resumption>;
  readonly move: (taskInstance: TaskInstance, to: TaskState) => void;
  readonly logOf: (taskInstance: TaskInstance) => Promise<string>;
  readonly until: (isDone: () => boolean) => Promise<void>;
}

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function open(
  deferred: readonly TaskInstance[],
  options: Partial<TriggererOptions> = {},
): Promise<Opened> {
  const folder = mkdtempSync(join(tmpdir(), "airloom-triggerer-"));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  const kept = makeKept();
  const logs = openFileLogStore({ root: join(folder, "logs") });
  const resumed = new Map<string, Resumption>();
  const listeners: ((applied: AppliedMoves) => void)[] = [];
  const triggerer = await openTriggerer({
    modules: {
      entry: fileURLToPath(import.meta.resolve("@airloom/sdk")),
      cacheDir: join(tmpdir(), "airloom-test-cache"),
      env: {},
    },
    store: {
      loadDeferred: async () => deferred,
      findRun: async (dagId, runId) =>
        buildRun({ dagId, runId, conf: { marker: join(folder, "own") } }),
    },
    commit: {
      onApplied: (listener) => {
        listeners.push(listener);
        return () => undefined;
      },
    },
    taskApi: makeTaskApi(kept, () => true),
    logs,
    events: { publish: () => undefined, subscribe: () => () => undefined },
    clock: {
      now: () => new Date(),
      schedule: (at, callback) => {
        const timer = setTimeout(callback, at.getTime() - Date.now());
        return () => clearTimeout(timer);
      },
    },
    logger: { log: () => undefined },
    triggerModules: [TRIGGERS],
    findFile: async () => DAG_FILE,
    resume: async (taskInstanceId, _tryNumber, resumption) => {
      resumed.set(taskInstanceId, resumption);
      return true;
    },
    ...options,
  });
  cleanups.push(() => triggerer.close());
  return {
    triggerer,
    folder,
    kept,
    resumed,
    move: (taskInstance, to) => {
      const { id, tryNumber, state: from } = taskInstance;
      const transition = { taskInstanceId: id, from, to, tryNumber, actor: "test" };
      const set = to === "deferred" ? { set: { deferral: taskInstance.deferral } } : {};
      const move: TaskMove = { taskInstance, transition: { ...transition, ...set } };
      for (const listener of listeners) listener({ tasks: [move], runs: [] });
    },
    logOf: async (taskInstance) => {
      const { dagId, runId, taskId, mapIndex, tryNumber } = taskInstance;
      const page = await logs.read({ dagId, runId, taskId, mapIndex, tryNumber }, { limit: 1_000 });
      return page.lines.map((line) => `${line.source}: ${line.text}`).join("\n");
    },
    until: async (isDone) => {
      while (!isDone()) await new Promise((resolve) => setTimeout(resolve, 5));
    },
  };
}

function buildDeferred(
  name: string,
  deferral: Partial<Deferral>,
  state: TaskState = "deferred",
): TaskInstance {
  return buildTaskInstance(
    buildTask("wait"),
    buildRun({ id: name, runId: name, dagId: "with_trigger" }),
    {
      id: name,
      state,
      tryNumber: 1,
      leaseToken: "lease",
      deferral: { trigger: "test.event", input: {}, timeoutAt: null, ...deferral },
    },
  );
}

describe("the triggerer", () => {
  test("hides what its attempt has named before it waited, and hands on what the trigger names (S10)", async () => {
    const masks = new AttemptMasks();
    const waiting = buildDeferred("tells", {
      trigger: "test.tells",
      input: { told: "named-by-the-task" },
    });
    masks.open(waiting).add("named-by-the-task");
    const { resumed, until, logOf } = await open([waiting], { masks });
    await until(() => resumed.has("tells"));
    expect(resumed.get("tells")).toEqual({
      kind: "error",
      message: expect.stringContaining("without *** and ***"),
    });
    expect(await logOf(waiting)).toContain("triggerer: told ***");
    expect(masks.open(waiting).mask("named-by-the-trigger")).toBe("***");
  });

  test("resumes what the store knows with the trigger's event; nodes and log belong to the attempt", async () => {
    const waiting = buildDeferred("a", { input: { n: 7 } });
    const { resumed, kept, logOf, until, triggerer } = await open([waiting]);
    await until(() => resumed.size === 1);
    expect(resumed.get("a")).toEqual({
      kind: "event",
      payload: { n: 7, key: "with_trigger/a/wait/-1/1/1" },
    });
    expect(kept.nodes).toMatchObject([{ uniqueId: "model.a" }]);
    const log = await logOf(waiting);
    expect(log).toContain("triggerer: waiting with ***");
    expect(log).not.toContain(CONNECTION.password);
    expect(triggerer.waiting).toBe(0);
  });

  test("takes over attempts as they defer, hundreds at a time", async () => {
    const { resumed, move, until } = await open([]);
    for (let n = 0; n < 300; n += 1)
      move(buildDeferred(`t${n}`, { input: { n } }, "running"), "deferred");
    await until(() => resumed.size === 300);
    expect(resumed.get("t299")).toMatchObject({ payload: { n: 299 } });
  });

  test("tells failures, timeouts and unknown triggers", async () => {
    const { resumed, until, folder } = await open([]).then((opened) => {
      opened.move(buildDeferred("broken", { trigger: "test.broken" }, "running"), "deferred");
      opened.move(buildDeferred("unknown", { trigger: "test.nowhere" }, "running"), "deferred");
      const input = { path: join(opened.folder, "never") };
      const timeoutAt = new Date(Date.now() + 50).toISOString();
      opened.move(
        buildDeferred("late", { trigger: "test.file", input, timeoutAt }, "running"),
        "deferred",
      );
      return opened;
    });
    await until(() => resumed.size === 3);
    expect(folder).not.toBe("");
    expect(resumed.get("late")).toEqual({ kind: "timeout" });
    expect(resumed.get("broken")).toEqual({
      kind: "error",
      message: 'Trigger "test.broken" failed: the outside is gone',
    });
    expect(resumed.get("unknown")).toMatchObject({
      kind: "error",
      message: expect.stringContaining('"test.nowhere"'),
    });
  });

  test("finds a trigger in the Dag file, and lets a killed attempt cancel", async () => {
    const { folder, kept, move, until, resumed, triggerer } = await open([]);
    const marker = join(folder, "own");
    kept.states.set("run_id", 99);
    const waiting = buildDeferred("own", { trigger: "test.own", input: { marker } });
    move({ ...waiting, state: "running" }, "deferred");
    await until(() => existsSync(`${marker}.waiting`));
    move(waiting, "failed");
    await until(
      () => existsSync(`${marker}.cancelled`) && readFileSync(`${marker}.cancelled`, "utf8") !== "",
    );
    expect(readFileSync(`${marker}.cancelled`, "utf8")).toBe("99");
    expect([resumed.size, triggerer.waiting]).toEqual([0, 0]);
  });

  test("begins all waits again when its process dies", async () => {
    const path = "/nowhere";
    const opened = await open([]);
    const file = join(opened.folder, "file");
    opened.move(
      buildDeferred("f", { trigger: "test.file", input: { path: file } }, "running"),
      "deferred",
    );
    await opened.until(() => existsSync(`${file}.waiting`));
    rmSync(`${file}.waiting`);
    process.kill(opened.triggerer.pid, "SIGKILL");
    await opened.until(() => existsSync(`${file}.waiting`));
    writeFileSync(file, path);
    await opened.until(() => opened.resumed.size === 1);
    expect(opened.resumed.get("f")).toEqual({ kind: "event", payload: "arrived" });
  });

  test("parts with a trigger that blocks, by name, and goes on with the others", async () => {
    const { folder, move, resumed, until } = await open([], { blockedMs: 1_000 });
    const file = join(folder, "file");
    move(
      buildDeferred("good", { trigger: "test.file", input: { path: file } }, "running"),
      "deferred",
    );
    await until(() => existsSync(`${file}.waiting`));
    move(buildDeferred("bad", { trigger: "test.endless" }, "running"), "deferred");
    await until(() => resumed.has("bad"));
    expect(resumed.get("bad")).toMatchObject({
      kind: "error",
      message: expect.stringContaining('Trigger "test.endless" blocks the triggerer'),
    });
    writeFileSync(file, "");
    await until(() => resumed.has("good"));
  });
});
