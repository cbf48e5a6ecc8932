import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type ApiClient, openApi } from "@airloom/api";
import {
  checkInvariants,
  type DagRun,
  type DagSpec,
  type TaskHistoryRow,
  type TaskInstance,
} from "@airloom/core";
import { openStore } from "@airloom/store";
import { isAlive } from "../packages/cli/src/project/environment-file.ts";
import { layeredDagSource, layeredEdges } from "./layered-dag.ts";
import { listProcesses, type ProcessKind } from "./process-list.ts";
import { openRandom } from "./random.ts";

const AIRLOOM = fileURLToPath(new URL("../packages/cli/bin/airloom.js", import.meta.url));
const DAG_ID = "layers";
const TASKS_PER_RUN = 20;
const SETTLE_MS = 180_000;
const POLL_MS = 250;
const START_MS = 5_000;

/** How often each kind of process is chosen. The main process costs a restart of everything. */
const WEIGHTS: Readonly<Partial<Record<ProcessKind, number>>> = {
  task: 9,
  main: 6,
  postgres: 3,
  triggerer: 1,
  loader: 1,
};

export interface TortureOptions {
  readonly tasks: number;
  readonly kills: number;
  readonly seed: number;
  readonly say: (line: string) => void;
}

export interface TortureReport {
  readonly tasks: number;
  readonly runs: number;
  readonly kills: number;
  readonly killsByKind: string;
  readonly attempts: number;
  readonly lost: number;
  readonly wallS: number;
  readonly violations: readonly string[];
}

interface Trace {
  readonly what: "START" | "END";
  readonly runId: string;
  readonly taskId: string;
  readonly tryNumber: number;
}

/** Runs one torture from an empty project to the verdict. */
export async function torture(options: TortureOptions): Promise<TortureReport> {
  const dir = join(mkdtempSync(join(tmpdir(), "airloom-torture-")), "project");
  const startedAt = performance.now();
  const airloom = (...args: readonly string[]): void => runAirloom(dir, args);
  try {
    prepare(dir, options.seed);
    airloom("dev", "start", "--port", "0", "--dbt-service-port", "0");
    const runs = Math.ceil(options.tasks / TASKS_PER_RUN);
    const kills = await killWhileRunning(dir, { ...options, runs, airloom });
    await untilSettled(dir, airloom);
    const evidence = await loadEvidence(dir, runs);
    return {
      tasks: evidence.taskInstances.length,
      runs,
      kills: options.kills,
      killsByKind: [...kills].map(([kind, count]) => `${kind} ${count}`).join(", "),
      attempts: evidence.history.filter((row) => row.to === "running").length,
      lost: evidence.history.filter((row) => row.to === "restarting").length,
      wallS: (performance.now() - startedAt) / 1000,
      violations: [
        ...checkInvariants({ ...evidence, isSettled: true }),
        ...checkCount(evidence, runs),
        ...checkTraces(evidence, readTraces(dir)),
      ],
    };
  } finally {
    airloom("dev", "kill", "--yes");
    rmSync(join(dir, ".."), { recursive: true, force: true });
  }
}

function prepare(dir: string, seed: number): void {
  runAirloom(tmpdir(), ["dev", "init", dir]);
  writeFileSync(
    join(dir, "airloom.config.json"),
    JSON.stringify({ dagsArePausedAtCreation: false, parallelism: 8, databasePort: 15_532 }),
  );
  writeFileSync(join(dir, ".env"), `EFFECTS_FILE=${join(dir, "effects.ndjson")}\n`);
  writeFileSync(join(dir, "effects.ndjson"), "");
  rmSync(join(dir, "dags", "hello_airloom.ts"));
  writeFileSync(
    join(dir, "dags", "layers.ts"),
    layeredDagSource(DAG_ID, layeredEdges(TASKS_PER_RUN, seed)),
  );
}

function runAirloom(cwd: string, args: readonly string[]): void {
  const result = spawnSync(process.execPath, [AIRLOOM, ...args], {
    cwd: existsSync(cwd) ? cwd : tmpdir(),
    encoding: "utf8",
  });
  if (result.status !== 0)
    throw new Error(`airloom ${args.join(" ")} ended with ${result.status}: ${result.stderr}`);
}

interface Info {
  readonly pid: number;
  readonly url: string;
  readonly token: string;
  readonly databaseUrl: string;
}

// Written by the environment itself.
function readInfo(dir: string): Info {
  return JSON.parse(readFileSync(join(dir, ".airloom/environment.json"), "utf8")) as Info;
}

function client(dir: string): ApiClient {
  const { url, token } = readInfo(dir);
  return openApi({ baseUrl: url, token });
}

async function killWhileRunning(
  dir: string,
  {
    kills,
    seed,
    runs,
    airloom,
    say,
  }: TortureOptions & {
    readonly runs: number;
    readonly airloom: (...args: readonly string[]) => void;
  },
): Promise<ReadonlyMap<ProcessKind, number>> {
  const random = openRandom(seed);
  const counts = new Map<ProcessKind, number>();
  const wheel = Object.entries(WEIGHTS).flatMap(([kind, weight]) =>
    Array.from({ length: weight ?? 0 }, () => kindOf(kind)),
  );
  let triggered = 0;
  await triggerWhenReady(dir, triggered);
  triggered += 1;
  for (let kill = 0; kill < kills; kill += 1) {
    // Runs are spread over the kills, so that the work outlasts them.
    while (triggered < runs && triggered <= ((kill + 1) * runs) / kills) {
      await triggerWhenReady(dir, triggered);
      triggered += 1;
    }
    await sleep(80 + random.below(350));
    const kind = random.pick(wheel) ?? "task";
    const victims = listProcesses(readInfo(dir).pid, dir).get(kind) ?? [];
    const victim = random.pick(victims);
    if (victim === undefined) {
      // No process of this kind lives right now: the next kill is another one, the count stands.
      kill -= 1;
      continue;
    }
    if (kind === "main") await untilStarted(dir);
    process.kill(victim, "SIGKILL");
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    say(`kill ${kill + 1}/${kills}: ${kind} (pid ${victim})`);
    if (kind === "main") {
      await untilGone(victim);
      airloom("dev", "start", "--port", "0", "--dbt-service-port", "0");
    }
  }
  while (triggered < runs) {
    await triggerWhenReady(dir, triggered);
    triggered += 1;
  }
  return counts;
}

/** Waits until one more attempt has begun, or for a while: the main process is to die over work. */
async function untilStarted(dir: string): Promise<void> {
  const countStarts = (): number =>
    readFileSync(join(dir, "effects.ndjson"), "utf8").split('"START"').length;
  const before = countStarts();
  const until = performance.now() + START_MS;
  while (performance.now() < until && countStarts() === before) await sleep(5);
}

async function untilGone(pid: number): Promise<void> {
  while (isAlive(pid)) await sleep(5);
}

function kindOf(kind: string): ProcessKind {
  return kind === "task" || kind === "main" || kind === "postgres" || kind === "triggerer"
    ? kind
    : "loader";
}

/** A trigger whose answer was lost is asked again under the same name: it must not make a second run. */
async function triggerWhenReady(dir: string, index: number): Promise<void> {
  const until = performance.now() + 60_000;
  for (;;) {
    try {
      await client(dir).triggerDagRun({ dag_id: DAG_ID, body: { dag_run_id: `torture_${index}` } });
      return;
    } catch (error) {
      if (isStatus(error, 409)) return;
      if (performance.now() > until) throw error;
      await sleep(POLL_MS);
    }
  }
}

function isStatus(error: unknown, status: number): boolean {
  return error instanceof Error && "status" in error && error.status === status;
}

async function untilSettled(
  dir: string,
  airloom: (...args: readonly string[]) => void,
): Promise<void> {
  const until = performance.now() + SETTLE_MS;
  while (performance.now() < until) {
    try {
      const { dag_runs: open } = await client(dir).listDagRuns({
        dag_id: DAG_ID,
        state: ["queued", "running"],
        limit: 1_000,
      });
      if (open.length === 0) return;
    } catch {
      // Between a kill and its recovery nothing answers.
      if (listProcesses(readInfo(dir).pid, dir).get("main") === undefined) {
        airloom("dev", "start", "--port", "0", "--dbt-service-port", "0");
      }
    }
    await sleep(POLL_MS);
  }
}

interface Collected {
  readonly runs: readonly DagRun[];
  readonly specs: ReadonlyMap<string, DagSpec>;
  readonly taskInstances: readonly TaskInstance[];
  readonly history: readonly TaskHistoryRow[];
}

async function loadEvidence(dir: string, runs: number): Promise<Collected> {
  const store = await openStore({
    url: readInfo(dir).databaseUrl,
    secretKeys: [{ id: "none", bytes: new Uint8Array(32) }],
  });
  try {
    const { items } = await store.listRuns({ dagIds: [DAG_ID] }, { limit: 1_000, offset: 0 });
    const version = await store.findDagVersion(DAG_ID);
    const specs = new Map(
      items.flatMap((run) => (version === undefined ? [] : [[run.id, version.spec] as const])),
    );
    const { items: taskInstances } = await store.listTaskInstances(
      { dagIds: [DAG_ID] },
      { limit: runs * TASKS_PER_RUN, offset: 0 },
    );
    const histories = await Promise.all(items.map((run) => store.loadTaskHistory(run.id)));
    return { runs: items, specs, taskInstances, history: histories.flat() };
  } finally {
    await store.close();
  }
}

function readTraces(dir: string): readonly Trace[] {
  return readFileSync(join(dir, "effects.ndjson"), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Trace);
}

function checkCount({ runs, taskInstances }: Collected, expected: number): readonly string[] {
  const failed = taskInstances.filter(({ state }) => state !== "success");
  return [
    ...(runs.length === expected ? [] : [`I2: ${runs.length} runs, ${expected} were triggered`]),
    ...failed.map(
      (task) =>
        `${task.runId} ${task.taskId} ended as ${task.state}: ${task.failure?.message ?? ""}`,
    ),
  ];
}

/** What the tasks wrote down themselves: no attempt starts twice, and what succeeded had ended. */
function checkTraces({ taskInstances }: Collected, traces: readonly Trace[]): readonly string[] {
  const starts = new Map<string, number>();
  const ends = new Set<string>();
  for (const { what, runId, taskId, tryNumber } of traces) {
    const key = `${runId} ${taskId} try ${tryNumber}`;
    if (what === "START") starts.set(key, (starts.get(key) ?? 0) + 1);
    else ends.add(key);
  }
  return [
    ...[...starts]
      .filter(([, count]) => count > 1)
      .map(([key, count]) => `I4: ${key} started ${count} times`),
    ...taskInstances
      .filter(
        (task) =>
          task.state === "success" &&
          !ends.has(`${task.runId} ${task.taskId} try ${task.tryNumber}`),
      )
      .map(
        (task) =>
          `I4: ${task.runId} ${task.taskId} succeeded in try ${task.tryNumber}, which never ended`,
      ),
  ];
}
