/**
 * Kills processes of the guide's environment at random while its Dag runs again and again, dbt and the job service among
 * them, and checks afterwards that every run succeeded and that the job service saw one dbt run for each.
 *
 *     npm run torture:guide -- --runs 5 --kills 22 --seed 1
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { findFreePort } from "@airloom/server";
import { killAtRandom } from "./kill-at-random.ts";
import { listProcesses } from "./process-list.ts";
import { readCount } from "./read-count.ts";
import { triggerRun, untilSettled } from "./runs.ts";
import { openVictim, type Victim } from "./victim.ts";

const DAG_ID = "dbt_cloud_provider_eltml";
const RUNS_PATH = "/api/v2/accounts/16173/runs/?limit=1";
const POLL_MS = 200;

/** A dbt that is killed from outside a fourth time in one step is given up, by design. */
const MOST_KILLS_OF_DBT = 3;
const WEIGHTS = [
  { kind: "dbt", weight: 2, most: MOST_KILLS_OF_DBT },
  { kind: "dbt-service", weight: 2 },
  { kind: "main", weight: 2 },
  { kind: "triggerer", weight: 1 },
  { kind: "postgres", weight: 1 },
] as const;

/** Long enough to be killed in: a cross join whose rows are only counted. */
const SLOW_MODEL =
  "select count(*) as pairs from range(12000) as a, range(12000) as b where (a.range + b.range) % 7 = 3";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "5" },
    kills: { type: "string", default: "22" },
    seed: { type: "string", default: "1" },
  },
});
const runs = readCount("runs", values.runs);
const kills = readCount("kills", values.kills, 0);
const seed = readCount("seed", values.seed, 0);
const startedAt = performance.now();
const say = (line: string): void =>
  console.log(`${((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)} s  ${line}`);

// The connection names the job service's address: it must be the same after a restart.
const ports = ["--port", "0", "--dbt-service-port", String(await findFreePort(28_081))];
const victim = openVictim({ template: "flights", startWith: ports });
let violations: readonly string[] = ["it came to no verdict"];
try {
  // Makes the connection and loads the small file; its run is not one that is killed.
  makePatient(victim);
  victim.airloom("quickstart", ".", "--small", "--json", ...ports);
  writeFileSync(join(victim.dir, "dbt/models/marts/slow_count.sql"), SLOW_MODEL);
  say("started");
  const before = await countDbtRuns(victim);
  let triggered = 0;
  const triggerUpTo = async (count: number): Promise<void> => {
    for (; triggered < Math.min(count, runs); triggered += 1) {
      await triggerRun(victim, DAG_ID, `torture_${triggered}`);
    }
  };
  await killAtRandom(victim, {
    kills,
    seed,
    say,
    weights: WEIGHTS,
    waitMs: 1_500,
    before: (kill) => triggerUpTo(Math.floor((kill * runs) / kills) + 1),
    untilWorking: async () => undefined,
  });
  await triggerUpTo(runs);
  await untilSettled(victim, DAG_ID);
  say("settled");
  violations = await findViolations(victim, before);
} finally {
  victim.end({ forget: violations.length === 0 });
}
for (const violation of violations) console.error(`VIOLATION ${violation}`);
if (violations.length > 0) console.error(`Its project stays: ${victim.dir}`);
console.log(
  `${runs} runs of the guide's Dag, ${kills} kills, ${((performance.now() - startedAt) / 1000).toFixed(0)} s: ${violations.length} violations`,
);
process.exit(violations.length === 0 ? 0 : 1);

/** An attempt that is lost with its environment a fourth time is a failure of its task, by design: here it may be tried again. */
function makePatient({ dir }: Victim): void {
  const file = join(dir, "dags", `${DAG_ID}.ts`);
  const source = readFileSync(file, "utf8");
  const patient = source.replaceAll(/retries: \d+/gu, "retries: 1000");
  if (patient === source) throw new Error(`No retries to raise in ${file}`);
  writeFileSync(file, patient);
}

async function findViolations(of: Victim, dbtRunsBefore: number): Promise<readonly string[]> {
  const { dag_runs: all } = await of.connect().api.listDagRuns({ dag_id: DAG_ID, limit: 1_000 });
  const dbtRuns = (await countDbtRuns(of)) - dbtRunsBefore;
  const left = listProcesses(of.info.pid, of.dir).get("dbt") ?? [];
  return [
    ...(all.length === runs + 1 ? [] : [`${all.length - 1} runs, ${runs} were triggered`]),
    ...all
      .filter(({ state }) => state !== "success")
      .map(({ dag_run_id, state }) => `run ${dag_run_id} ended as ${state}`),
    ...(dbtRuns === runs ? [] : [`the job service saw ${dbtRuns} dbt runs for ${runs} runs`]),
    ...left.map((pid) => `process ${pid} of dbt was left running`),
  ];
}

/** How many dbt runs the job service has seen; asked until it answers. */
async function countDbtRuns(of: Victim): Promise<number> {
  for (;;) {
    const total = await askForRuns(of)
      .then((response) => response.text())
      .then((text) => /"total_count":(?<total>\d+)/u.exec(text)?.groups?.["total"])
      .catch(() => undefined);
    if (total !== undefined) return Number(total);
    of.checkAlive();
    await sleep(POLL_MS);
  }
}

async function askForRuns(of: Victim): Promise<Response> {
  const { info, session } = of.connect();
  const cookie = `airloom_session=${await session.getToken()}`;
  return fetch(`${info.dbtServiceUrl}${RUNS_PATH}`, { headers: { cookie } });
}
