import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findViolations, loadEvidence } from "./evidence.ts";
import { killAtRandom } from "./kill-at-random.ts";
import { layeredDagSource, layeredEdges } from "./layered-dag.ts";
import { triggerRun, untilSettled } from "./runs.ts";
import { openVictim, type Victim } from "./victim.ts";

const DAG_ID = "layers";
const TASKS_PER_RUN = 20;
const START_MS = 5_000;

/** The main process costs a restart of everything. */
const WEIGHTS = [
  { kind: "task", weight: 9 },
  { kind: "main", weight: 6 },
  { kind: "postgres", weight: 3 },
  { kind: "triggerer", weight: 1 },
  { kind: "loader", weight: 1 },
] as const;

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
 * traces; the last line said names its place.
 *
 * Errors: an environment that cannot be started, or that ends by itself.
 */
export async function torture(options: TortureOptions): Promise<TortureReport> {
  const startedAt = performance.now();
  const wallS = (): number => (performance.now() - startedAt) / 1000;
  const say = (line: string): void => options.say(`${wallS().toFixed(1).padStart(6)} s  ${line}`);
  const victim = openVictim({
    template: "minimal",
    startWith: ["--port", "0", "--dbt-service-port", "0"],
  });
  const effectsFile = writeDag(victim, options.seed);
  const runs = Math.ceil(options.tasks / TASKS_PER_RUN);
  let isClean = false;
  try {
    victim.start();
    say("started");
    const kills = await killWhileRunning(victim, { ...options, say, runs, effectsFile });
    await untilSettled(victim, DAG_ID);
    say("settled");
    const { databaseUrl } = victim.info;
    const limit = runs * TASKS_PER_RUN;
    const evidence = await loadEvidence(DAG_ID, { databaseUrl, effectsFile, limit });
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

/** Puts the one Dag in place, whose tasks write down what they do. Answers where. */
function writeDag({ dir }: Victim, seed: number): string {
  const effectsFile = join(dir, "effects.ndjson");
  const config = { dagsArePausedAtCreation: false, parallelism: 8 };
  writeFileSync(join(dir, "airloom.config.json"), JSON.stringify(config));
  writeFileSync(join(dir, ".env"), `EFFECTS_FILE=${effectsFile}\n`);
  writeFileSync(effectsFile, "");
  // Started by root, tasks run as a user of their own.
  chmodSync(effectsFile, 0o666);
  rmSync(join(dir, "dags", "hello_airloom.ts"));
  const source = layeredDagSource(DAG_ID, layeredEdges(TASKS_PER_RUN, seed));
  writeFileSync(join(dir, "dags", `${DAG_ID}.ts`), source);
  return effectsFile;
}

async function killWhileRunning(
  victim: Victim,
  options: TortureOptions & { readonly runs: number; readonly effectsFile: string },
): ReturnType<typeof killAtRandom> {
  const { kills, runs, effectsFile } = options;
  let triggered = 0;
  async function triggerUpTo(count: number): Promise<void> {
    for (; triggered < Math.min(count, runs); triggered += 1) {
      await triggerRun(victim, DAG_ID, `torture_${triggered}`);
    }
  }
  const counts = await killAtRandom(victim, {
    ...options,
    weights: WEIGHTS,
    waitMs: 350,
    // Runs are spread over the kills, so that the work outlasts them.
    before: (kill) => triggerUpTo(Math.floor((kill * runs) / kills) + 1),
    untilWorking: () => untilOneMoreStarts(effectsFile),
  });
  await triggerUpTo(runs);
  return counts;
}

/** Waits until one more attempt has begun, or for a while. */
async function untilOneMoreStarts(effectsFile: string): Promise<void> {
  const countStarts = (): number => readFileSync(effectsFile, "utf8").split('"START"').length;
  const before = countStarts();
  const until = performance.now() + START_MS;
  while (performance.now() < until && countStarts() === before) await sleep(5);
}
