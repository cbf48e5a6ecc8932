import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ActiveRun, Store, TaskInstance, TaskTransition } from "@airloom/core";
import { buildDag, buildNewRun, buildTask } from "@airloom/testkit/builders";
import { createSecretKey, openEmbeddedPostgres, openStore, parseSecretKeys } from "../src/index.ts";

/**
 * How many transitions a second the store commits durably (`fsync` on), with history and pool checks.
 *
 *   node packages/store/bench/transitions.ts [runs] [tasks] [batch sizes, such as 1000,100]
 *
 * What the partial index `task_instance_active` costs was measured with this: 21,500 to 23,300 transitions/s with it,
 * 21,600 to 27,100 without, in batches of 1,000 on two shared cores. Without it, counting the slots of a pool reads
 * every task instance.
 *
 * Each task instance goes none → scheduled → queued → running → success; one call moves one step of a batch.
 */
const RUNS = Number(process.argv[2] ?? 100);
const TASKS = Number(process.argv[3] ?? 100);
const BATCHES = (process.argv[4] ?? "1000,100,10,1").split(",").map(Number);

const dir = join(tmpdir(), `airloom-bench-${process.pid}`);
const server = await openEmbeddedPostgres({
  dataDir: join(dir, "pg"),
  logFile: join(dir, "pg.log"),
});
const store = await openStore({
  connection: server.connectionOptions,
  secretKeys: parseSecretKeys(createSecretKey()),
  isPausedUponCreation: false,
});

try {
  console.log(`PostgreSQL, fsync on, ${RUNS} runs of ${TASKS} tasks, one caller`);
  await store.savePool({
    name: "bench",
    slots: RUNS * TASKS,
    description: null,
    includeDeferred: false,
  });
  for (const size of BATCHES) {
    const runs = size === 1 ? 1 : RUNS;
    const instances = (await createRuns(store, runs, TASKS)).flatMap((run) => run.taskInstances);
    const startedAt = performance.now();
    await moveAll(store, instances, size);
    const seconds = (performance.now() - startedAt) / 1000;
    const count = instances.length * 4;
    const rate = Math.round(count / seconds);
    console.log(`batch ${size}: ${count} transitions in ${seconds.toFixed(2)} s = ${rate}/s`);
  }
} finally {
  await store.close();
  await server.stop();
  rmSync(dir, { recursive: true, force: true });
}

async function createRuns(
  target: Store,
  runs: number,
  tasks: number,
): Promise<readonly ActiveRun[]> {
  const dag = buildDag(
    `bench_${performance.now().toFixed(0)}`,
    Array.from({ length: tasks }, (_, index) => buildTask(`task_${index}`, { pool: "bench" })),
  );
  const now = new Date();
  await target.saveLoadedFile(
    {
      file: `${dag.dagId}.ts`,
      source: "",
      contentHash: "",
      dags: [{ spec: dag, hash: dag.dagId }],
      error: null,
    },
    now,
  );
  const ids: string[] = [];
  const startedAt = performance.now();
  for (let index = 0; index < runs; index += 1) {
    const run = await target.createRun(
      buildNewRun(dag.dagId, `manual__${index}`, { runAfter: now }),
      { now },
    );
    if (run !== undefined) ids.push(run.id);
  }
  const seconds = (performance.now() - startedAt) / 1000;
  console.log(`  created ${runs} runs in ${seconds.toFixed(2)} s`);
  return target.loadActiveRuns(ids);
}

async function moveAll(
  target: Store,
  instances: readonly TaskInstance[],
  size: number,
): Promise<void> {
  for (let at = 0; at < instances.length; at += size) {
    const batch = instances.slice(at, at + size);
    for (const step of [schedule, queue, start, succeed]) {
      const now = new Date();
      const { tasks } = await target.transition({ tasks: batch.map((ti) => step(ti, now)), now });
      if (tasks.includes(false)) throw new Error("A transition was not applied");
    }
  }
}

function schedule(ti: TaskInstance, now: Date): TaskTransition {
  const set = { tryNumber: 1, scheduledAt: now };
  return {
    taskInstanceId: ti.id,
    from: "none",
    to: "scheduled",
    tryNumber: 0,
    actor: "scheduler",
    set,
  };
}

function queue(ti: TaskInstance, now: Date): TaskTransition {
  const set = { queuedAt: now, leaseToken: `lease-${ti.id}`, leaseExpiresAt: now };
  return {
    taskInstanceId: ti.id,
    from: "scheduled",
    to: "queued",
    tryNumber: 1,
    actor: "scheduler",
    checkLimits: true,
    set,
  };
}

function start(ti: TaskInstance, now: Date): TaskTransition {
  const set = { startedAt: now, worker: "bench" };
  return {
    taskInstanceId: ti.id,
    from: "queued",
    to: "running",
    tryNumber: 1,
    leaseToken: `lease-${ti.id}`,
    actor: "executor",
    set,
  };
}

function succeed(ti: TaskInstance, now: Date): TaskTransition {
  const set = { endedAt: now, leaseToken: null, leaseExpiresAt: null };
  return {
    taskInstanceId: ti.id,
    from: "running",
    to: "success",
    tryNumber: 1,
    leaseToken: `lease-${ti.id}`,
    actor: "executor",
    set,
  };
}
