import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AirloomError, type Store, type TaskInstance } from "@airloom/core";
import { buildDag, buildNewRun, buildTask } from "@airloom/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { EmbeddedPostgres } from "./embedded/embedded-postgres.ts";
import { openEmbeddedPostgres } from "./embedded/open-embedded-postgres.ts";
import { openStore } from "./open-store.ts";
import { createSecretKey, parseSecretKeys } from "./secret-box.ts";

const TASKS = 400;
const NOW = new Date("2026-03-01T12:00:00Z");
const secretKeys = parseSecretKeys(createSecretKey());

let dir: string;
let server: EmbeddedPostgres;
let store: Store;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "airloom-crash-"));
  chmodSync(dir, 0o755);
  server = await openServer();
  // A busy machine may take longer to recover than people are to wait.
  store = await openStore({
    connection: server.connectionOptions,
    secretKeys,
    readPatienceMs: 60_000,
  });
  const tasks = Array.from({ length: TASKS }, (_, at) => buildTask(`t${at}`));
  await store.saveLoadedFile(
    {
      file: "dag.ts",
      source: "",
      contentHash: "",
      dags: [{ spec: buildDag("dag", tasks), hash: "h" }],
      error: null,
    },
    NOW,
  );
});

afterAll(async () => {
  await store.close();
  await server.stop();
  rmSync(dir, { recursive: true, force: true });
});

describe("kill -9 of the server", () => {
  test("in mid-write: it comes back, no acknowledged transition is lost, and failures say they may be retried", async () => {
    const run = await createRun("r1");
    const restarted = onceRestarted();
    const acknowledged: string[] = [];
    const failures: unknown[] = [];

    const killAt = TASKS / 4;
    const pending = [...run];
    let isKilled = false;
    const writer = async () => {
      for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
        const ok = await schedule(next).catch((error: unknown) => {
          failures.push(error);
          return false;
        });
        if (ok) acknowledged.push(next.id);
        if (acknowledged.length >= killAt && !isKilled) {
          isKilled = true;
          process.kill(server.pid, "SIGKILL");
        }
        // Half of the work is left for the time after the crash.
        if (acknowledged.length >= killAt && pending.length > TASKS / 2) return;
      }
    };
    await Promise.all([writer(), writer(), writer(), writer()]);
    await restarted;
    await Promise.all([writer(), writer()]);

    for (const failure of failures) {
      expect(failure).toBeInstanceOf(AirloomError);
      expect(failure).toMatchObject({ code: "database.unavailable", retryable: true });
    }
    expect(acknowledged.length).toBeGreaterThanOrEqual(killAt);
    const scheduled = await listScheduled("r1");
    expect(acknowledged.filter((id) => !scheduled.has(id))).toEqual([]);
    const history = await store.loadTaskHistory(run[0]?.dagRunId ?? "");
    expect(new Set(history.map(({ taskInstanceId }) => taskInstanceId))).toEqual(scheduled);
    expect(history).toHaveLength(scheduled.size);
  });

  test("reads made in the gap wait for the server instead of failing", async () => {
    const before = server.pid;
    const restarted = onceRestarted();
    process.kill(before, "SIGKILL");
    const reads = Array.from({ length: 10 }, () => store.findDag("dag"));
    for (const dag of await Promise.all(reads)) expect(dag?.dagId).toBe("dag");
    await restarted;
    expect(server.pid).not.toBe(before);
    await store.ping();
  });

  test("with the watcher gone as well: the next one opens what was acknowledged", async () => {
    const run = await createRun("r2");
    const written = run.slice(0, 50);
    await Promise.all(written.map(schedule));
    await server.close();
    process.kill(server.pid, "SIGKILL");
    server = await openServer();
    expect(server.isReused).toBe(false);
    expect(await listScheduled("r2")).toEqual(new Set(written.map(({ id }) => id)));
  });
});

function openServer(): Promise<EmbeddedPostgres> {
  return openEmbeddedPostgres({ dataDir: join(dir, "pg"), logFile: join(dir, "pg.log") });
}

function onceRestarted(): Promise<void> {
  return new Promise((resolve) => {
    const stop = server.onRestart(() => {
      stop();
      resolve();
    });
  });
}

async function createRun(runId: string): Promise<readonly TaskInstance[]> {
  const run = await store.createRun(buildNewRun("dag", runId), { now: NOW });
  const [active] = await store.loadActiveRuns([run?.id ?? ""]);
  return active?.taskInstances ?? [];
}

async function schedule({ id }: TaskInstance): Promise<boolean> {
  const { tasks } = await store.transition({
    tasks: [
      { taskInstanceId: id, from: "none", to: "scheduled", tryNumber: 0, actor: "test" },
      { taskInstanceId: id, from: "scheduled", to: "queued", tryNumber: 7, actor: "never" },
    ],
    now: NOW,
  });
  return tasks[0] === true;
}

async function listScheduled(runId: string): Promise<ReadonlySet<string>> {
  const filter = { runIds: [runId], states: ["scheduled"] } as const;
  const { items } = await store.listTaskInstances(filter, { limit: 1_000, offset: 0 });
  return new Set(items.map(({ id }) => id));
}
