import { fileURLToPath } from "node:url";
import { openMaker } from "../packages/dbt-service/src/fixtures/make-things.ts";
import {
  openTestService,
  type TestService,
} from "../packages/dbt-service/src/fixtures/open-test-service.ts";
import { SEED_IDS } from "../packages/dbt-service/src/seed-service.ts";
import { type Tortured, tortureTask } from "./provider-lane.ts";

/** What the torture came to. */
export interface ProviderVerdict {
  readonly tasks: number;
  readonly tries: number;
  readonly dbtRuns: number;
  readonly faults: number;
  readonly succeeded: number;
  readonly violations: readonly string[];
}

const DBT = fileURLToPath(new URL("./tiny-dbt.ts", import.meta.url));

interface RunRow {
  readonly id: number;
  readonly status: number;
  readonly cause: string;
}

/** Runs that many tasks against a job service behind proxies that fail, and judges by the service's own rows. */
export async function tortureProvider(options: {
  readonly runs: number;
  readonly lanes: number;
  readonly seed: number;
  readonly say?: (line: string) => void;
}): Promise<ProviderVerdict> {
  const service = await openTestService({
    dbtCommand: { file: process.execPath, args: [DBT] },
    limits: { killAfterMs: 300, runSlots: options.lanes },
  });
  try {
    const jobIds = await makeJobs(service, options.lanes);
    const ended: Tortured[] = [];
    let next = 0;
    await Promise.all(
      jobIds.map(async (jobId) => {
        while (next < options.runs) {
          const at = next++;
          const seed = options.seed * 1_000_003 + at;
          ended.push(await tortureTask(service, { name: `task ${at}`, jobId, seed }));
          if (ended.length % 50 === 0) options.say?.(`${ended.length} of ${options.runs}`);
        }
      }),
    );
    const rows = await loadRuns(service);
    return {
      tasks: ended.length,
      tries: sum(ended.map(({ tries }) => tries)),
      dbtRuns: rows.length,
      faults: sum(ended.map(({ faults }) => faults)),
      succeeded: ended.filter(({ end }) => end === "success").length,
      violations: [...ended.flatMap((task) => judge(task, rows)), ...findLeft(rows, ended)],
    };
  } finally {
    await service.close();
  }
}

async function makeJobs(service: TestService, count: number): Promise<readonly number[]> {
  const maker = await openMaker(service);
  const { project, environment } = SEED_IDS;
  const place = { project, environment };
  const ids: number[] = [];
  for (let at = 0; at < count; at += 1) ids.push(await maker.makeJob(place));
  return ids;
}

async function loadRuns(service: TestService): Promise<readonly RunRow[]> {
  return service.database.query<RunRow>(
    "select id::int as id, status, coalesce(cause, '') as cause from dbt_service.runs order by id",
    [],
  );
}

const STATUS_OF: Readonly<Record<string, number>> = { success: 10, error: 20, cancelled: 30 };

/** One run for each intent, none where the start was refused, and the task's end is its run's. */
function judge(task: Tortured, rows: readonly RunRow[]): readonly string[] {
  const said = `${task.name} (${task.end}, ${task.phase}): `;
  const violations: string[] = [];
  for (const [marker, phase] of task.markers) {
    const runs = rows.filter(({ cause }) => cause.includes(marker));
    const most = phase === "refused" ? 0 : 1;
    const least = STATUS_OF[phase] === undefined ? 0 : 1;
    if (runs.length > most || runs.length < least) {
      violations.push(`${said}${runs.length} dbt runs for ${marker}, which came to "${phase}"`);
    }
  }
  const own = rows.find(({ id }) => id === task.runId);
  // The last try found dbt Cloud well: there nothing may stay open.
  if (STATUS_OF[task.phase] !== own?.status) {
    violations.push(
      `${said}its run ended as ${own?.status ?? "none"}: ${task.messages.join(" | ")}`,
    );
  }
  if ((task.end === "success") !== (task.phase === "success")) {
    violations.push(`${said}the record says ${task.phase}`);
  }
  return violations;
}

/** Runs that are going on though every task has come to its end with a service that is well. */
function findLeft(rows: readonly RunRow[], ended: readonly Tortured[]): readonly string[] {
  return rows
    .filter(({ status }) => status < 10)
    .map(({ id, cause }) => {
      const owner = ended.find(({ markers }) =>
        [...markers.keys()].some((marker) => cause.includes(marker)),
      );
      return `run ${id} of ${owner?.name ?? "nobody"} was left alone: ${JSON.stringify(owner)}`;
    });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
