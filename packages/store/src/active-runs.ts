import type { ActiveRun, DagRun, DagSpec, RunStore, TaskInstance } from "@airloom/core";
import { DAG_RUN_COLUMNS, TASK_INSTANCE_COLUMNS, TASK_INSTANCE_SOURCE } from "./columns.ts";
import type { Database, Queries } from "./database.ts";

type RunRow = DagRun & { readonly isPaused: boolean; readonly file: string };

const ROW_COLUMNS = `${DAG_RUN_COLUMNS}, d.is_paused as "isPaused", v.file`;
const ROW_SOURCE = `airloom.dag_run r
  join airloom.dag d on d.dag_id = r.dag_id
  join airloom.dag_version v on v.dag_id = r.dag_id and v.version = r.dag_version`;

/** A Dag's oldest queued runs are enough to choose the next from: a long backfill stays in the database. */
const MAX_QUEUED_PER_DAG = 100;
const MAX_CACHED_SPECS = 1_000;

/** Runs with all the scheduler needs to decide on them. */
export function activeRunStore(
  database: Database,
): Pick<RunStore, "loadActiveRuns" | "findPreviousRun"> {
  // Canonical JSON under its hash never changes, so it is read and parsed once.
  const specs = new Map<string, DagSpec>();

  async function complete(
    queries: Queries,
    rows: readonly RunRow[],
  ): Promise<readonly ActiveRun[]> {
    await loadSpecs(queries, rows, specs);
    const taskInstances = await queries.rows<TaskInstance>({
      name: "task_instances_of_runs",
      text: `select ${TASK_INSTANCE_COLUMNS} from ${TASK_INSTANCE_SOURCE}
             where ti.dag_run_id = any($1::bigint[]) order by ti.id`,
      values: [rows.map(({ id }) => id)],
    });
    const byRun = Map.groupBy(taskInstances, ({ dagRunId }) => dagRunId);
    return rows.flatMap(({ isPaused, file, ...run }) => {
      const spec = specs.get(specKey(run));
      // Its Dag was deleted between two reads.
      if (spec === undefined) return [];
      return [{ run, spec, isPaused, file, taskInstances: byRun.get(run.id) ?? [] }];
    });
  }

  return {
    loadActiveRuns: (dagRunIds) =>
      database.read(async (queries) => complete(queries, await loadActiveRows(queries, dagRunIds))),

    findPreviousRun: (dagRunId) =>
      database.read(async (queries) => {
        const rows = await queries.rows<RunRow>({
          name: "previous_run",
          text: `select ${ROW_COLUMNS} from ${ROW_SOURCE}
                 join airloom.dag_run this on this.dag_id = r.dag_id
                   and r.logical_date < this.logical_date
                 where this.id = $1 order by r.logical_date desc, r.id desc limit 1`,
          values: [dagRunId],
        });
        return (await complete(queries, rows))[0];
      }),
  };
}

function loadActiveRows(
  queries: Queries,
  dagRunIds: readonly string[] | undefined,
): Promise<readonly RunRow[]> {
  if (dagRunIds !== undefined) {
    return queries.rows<RunRow>({
      name: "active_runs_by_id",
      text: `select ${ROW_COLUMNS} from ${ROW_SOURCE}
             where r.id = any($1::bigint[]) and r.state in ('queued', 'running')
             order by r.run_after, r.id`,
      values: [dagRunIds],
    });
  }
  return queries.rows<RunRow>({
    name: "active_runs",
    text: `with ranked as (
             select id, state,
               row_number() over (partition by dag_id, state order by run_after, id) as place
             from airloom.dag_run where state in ('queued', 'running'))
           select ${ROW_COLUMNS} from ${ROW_SOURCE} join ranked on ranked.id = r.id
           where ranked.state = 'running' or ranked.place <= $1
           order by r.run_after, r.id`,
    values: [MAX_QUEUED_PER_DAG],
  });
}

async function loadSpecs(
  queries: Queries,
  runs: readonly DagRun[],
  specs: Map<string, DagSpec>,
): Promise<void> {
  const missing = [
    ...new Map(
      runs.filter((run) => !specs.has(specKey(run))).map((run) => [specKey(run), run]),
    ).values(),
  ];
  if (missing.length === 0) return;
  const found = await queries.rows<{ dagId: string; dagHash: string; spec: DagSpec }>({
    text: `select v.dag_id as "dagId", v.hash as "dagHash", v.spec
           from unnest($1::text[], $2::int[]) as wanted (dag_id, version)
           join airloom.dag_version v on v.dag_id = wanted.dag_id and v.version = wanted.version`,
    values: [missing.map(({ dagId }) => dagId), missing.map(({ dagVersion }) => dagVersion)],
  });
  if (specs.size + found.length > MAX_CACHED_SPECS) {
    const wanted = new Set(runs.map(specKey));
    for (const key of specs.keys()) if (!wanted.has(key)) specs.delete(key);
  }
  for (const row of found) specs.set(specKey(row), row.spec);
}

function specKey(run: { readonly dagId: string; readonly dagHash: string }): string {
  return `${run.dagHash}:${run.dagId}`;
}
