import type {
  ActiveRun,
  AuditEntry,
  DagRun,
  DagSpec,
  JsonValue,
  Pool,
  StoredDag,
  TaskHistoryRow,
  TaskInstance,
  XComEntry,
} from "@airloom/core";

/** All that a memory store holds: plain rows, so that a test can look at them. */
export interface MemoryRows {
  nextId: number;
  readonly dags: Map<string, StoredDag>;
  /** By `dagId` and version. */
  readonly versions: Map<string, DagSpec>;
  readonly runs: Map<string, DagRun>;
  readonly taskInstances: Map<string, TaskInstance>;
  readonly byRun: Map<string, readonly string[]>;
  readonly history: TaskHistoryRow[];
  readonly pools: Map<string, Pick<Pool, "name" | "slots" | "description" | "includeDeferred">>;
  readonly xcoms: Map<string, XComEntry>;
  readonly taskStates: Map<string, JsonValue>;
  readonly audit: AuditEntry[];
}

/** Empty tables, with Airflow's default pool. */
export function createRows(): MemoryRows {
  const pool = { name: "default_pool", slots: 128, description: null, includeDeferred: false };
  return {
    nextId: 1,
    dags: new Map(),
    versions: new Map(),
    runs: new Map(),
    taskInstances: new Map(),
    byRun: new Map(),
    history: [],
    pools: new Map([[pool.name, pool]]),
    xcoms: new Map(),
    taskStates: new Map(),
    audit: [],
  };
}

/** The task instances of a run, in the order of its Dag file. */
export function instancesOf(rows: MemoryRows, dagRunId: string): readonly TaskInstance[] {
  return (rows.byRun.get(dagRunId) ?? []).flatMap((id) => rows.taskInstances.get(id) ?? []);
}

/** A run with its Dag version and task instances. */
export function toActiveRun(rows: MemoryRows, run: DagRun): ActiveRun {
  const dag = rows.dags.get(run.dagId);
  const spec = rows.versions.get(`${run.dagId} ${run.dagVersion}`);
  if (dag === undefined || spec === undefined) throw new Error(`Run ${run.id} has no Dag`);
  const taskInstances = instancesOf(rows, run.id);
  return { run, spec, isPaused: dag.isPaused, file: dag.file, taskInstances };
}
