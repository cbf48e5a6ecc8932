import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive } from "../packages/cli/src/project/environment-file.ts";
import { findViolations, loadEvidence } from "./evidence.ts";
import { layeredEdges } from "./layered-dag.ts";
import { listProcesses, type ProcessKind } from "./process-list.ts";
import { openRandom } from "./random.ts";
import { openVictim, type Victim } from "./victim.ts";

const DAG_ID = "layers";
const TASKS_PER_RUN = 20;
const SETTLE_MS = 180_000;
const POLL_MS = 250;
const START_MS = 5_000;
const TRIGGER_MS = 60_000;
/** How long a process of the kind that was drawn may be missing before the torture gives up. */
const MISSING_MS = 60_000;

/** How often each kind of process is chosen. The main process costs a restart of everything. */
const WEIGHTS = [
  ["task", 9],
  ["main", 6],
  ["postgres", 3],
  ["triggerer", 1],
  ["loader", 1],
] as const satisfies readonly (readonly [ProcessKind, number])[];

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

/**
 * Runs one torture from an empty project to the verdict. A project that showed a violation stays, with its logs and
 * traces; the verdict names its place.
 *
 * Errors: an environment that cannot be started, that ends by itself, or whose runs do not end.
 */
export async function torture(options: TortureOptions): Promise<TortureReport> {
  const startedAt = performance.now();
  const wallS = (): number => (performance.now() - startedAt) / 1000;
  const say = (line: string): void => options.say(`${wallS().toFixed(1).padStart(6)} s  ${line}`);
  const victim = openVictim(DAG_ID, layeredEdges(TASKS_PER_RUN, options.seed));
  const runs = Math.ceil(options.tasks / TASKS_PER_RUN);
  let isClean = false;
  try {
    victim.start();
    say("started");
    const kills = await killWhileRunning(victim, { ...options, say, runs });
    await untilSettled(victim);
    say("settled");
    const evidence = await loadEvidence(DAG_ID, {
      databaseUrl: victim.info.databaseUrl,
      effectsFile: victim.effectsFile,
      limit: runs * TASKS_PER_RUN,
    });
    const violations = findViolations(evidence, { runs });
    isClean = violations.length === 0;
    return {
      tasks: evidence.taskInstances.length,
      runs,
      kills: options.kills,
      killsByKind: [...kills].map(([kind, count]) => `${kind} ${count}`).join(", "),
      attempts: evidence.history.filter((row) => row.to === "running").length,
      lost: evidence.history.filter((row) => row.to === "restarting").length,
      wallS: wallS(),
      violations,
    };
  } finally {
    victim.end({ forget: isClean });
    if (!isClean) say(`its project stays: ${victim.dir}`);
  }
}

async function killWhileRunning(
  victim: Victim,
  { kills, seed, runs, say }: TortureOptions & { readonly runs: number },
): Promise<ReadonlyMap<ProcessKind, number>> {
  const random = openRandom(seed);
  const counts = new Map<ProcessKind, number>();
  const wheel = WEIGHTS.flatMap(([kind, weight]) => Array.from({ length: weight }, () => kind));
  let triggered = 0;
  async function triggerUpTo(count: number): Promise<void> {
    for (; triggered < Math.min(count, runs); triggered += 1) await trigger(victim, triggered);
  }

  await triggerUpTo(1);
  let killedAt = performance.now();
  for (let kill = 1; kill <= kills; ) {
    // Runs are spread over the kills, so that the work outlasts them.
    await triggerUpTo(Math.floor((kill * runs) / kills) + 1);
    await sleep(80 + random.below(350));
    const kind = random.pick(wheel) ?? "task";
    const pid = random.pick(listProcesses(victim.info.pid, victim.dir).get(kind) ?? []);
    if (pid === undefined) {
      // No process of this kind lives right now: another is drawn.
      victim.checkAlive();
      if (performance.now() - killedAt > MISSING_MS) throw new Error(`No ${kind} process comes up`);
      continue;
    }
    if (kind === "main") await untilWorking(victim);
    if (!killNow(pid)) continue;
    killedAt = performance.now();
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    say(`kill ${kill}/${kills}: ${kind} (pid ${pid})`);
    kill += 1;
    if (kind === "main") {
      await untilGone(pid);
      victim.start();
    }
  }
  await triggerUpTo(runs);
  return counts;
}

/** False where the process ended by itself in the moment since it was found. */
function killNow(pid: number): boolean {
  try {
    return process.kill(pid, "SIGKILL");
  } catch {
    return false;
  }
}

/** Waits until one more attempt has begun, or for a while: the main process is to die over work. */
async function untilWorking({ effectsFile }: Victim): Promise<void> {
  const countStarts = (): number => readFileSync(effectsFile, "utf8").split('"START"').length;
  const before = countStarts();
  const until = performance.now() + START_MS;
  while (performance.now() < until && countStarts() === before) await sleep(5);
}

async function untilGone(pid: number): Promise<void> {
  while (isAlive(pid)) await sleep(5);
}

/** A trigger whose answer was lost is asked again under the same name: it must not make a second run. */
async function trigger(victim: Victim, index: number): Promise<void> {
  const until = performance.now() + TRIGGER_MS;
  for (;;) {
    try {
      const body = { dag_run_id: `torture_${index}` };
      await victim.api().triggerDagRun({ dag_id: DAG_ID, body });
      return;
    } catch (error) {
      if (isStatus(error, 409)) return;
      victim.checkAlive();
      if (performance.now() > until) throw error;
      await sleep(POLL_MS);
    }
  }
}

function isStatus(error: unknown, status: number): boolean {
  return error instanceof Error && "status" in error && error.status === status;
}

async function untilSettled(victim: Victim): Promise<void> {
  const until = performance.now() + SETTLE_MS;
  while (performance.now() < until) {
    if (await isSettled(victim)) return;
    await sleep(POLL_MS);
  }
}

async function isSettled(victim: Victim): Promise<boolean> {
  try {
    const { dag_runs: open } = await victim.api().listDagRuns({
      dag_id: DAG_ID,
      state: ["queued", "running"],
      limit: 1_000,
    });
    return open.length === 0;
  } catch {
    // The database that was killed last is still recovering.
    victim.checkAlive();
    return false;
  }
}
