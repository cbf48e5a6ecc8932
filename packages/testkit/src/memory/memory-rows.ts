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
import { buildTaskInstance } from "../run-builder.ts";

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

/** Makes the task instances that a run lacks of its Dag version, and has the others take over how they are run. */
export function fitToVersion(rows: MemoryRows, run: DagRun): void {
  const held = new Map(instancesOf(rows, run.id).map((task) => [task.taskId, task]));
  const ids = [...(rows.byRun.get(run.id) ?? [])];
  for (const task of versionOf(rows, run).tasks) {
    const known = held.get(task.taskId);
    if (known === undefined) rows.nextId += 1;
    const { operator, pool, poolSlots, priorityWeight, queue } = task;
    const fitted =
      known === undefined
        ? buildTaskInstance(task, run, { id: String(rows.nextId) })
        : { ...known, operator, pool, poolSlots, priorityWeight, queue };
    if (known === undefined) ids.push(fitted.id);
    rows.taskInstances.set(fitted.id, fitted);
  }
  rows.byRun.set(run.id, ids);
}

function versionOf(rows: MemoryRows, run: DagRun): DagSpec {
  const spec = rows.versions.get(`${run.dagId} ${run.dagVersion}`);
  if (spec === undefined) throw new Error(`Run ${run.id} has no Dag`);
  return spec;
}

/** A run with its Dag version and task instances. */
export function toActiveRun(rows: MemoryRows, run: DagRun): ActiveRun {
  const dag = rows.dags.get(run.dagId);
  if (dag === undefined) throw new Error(`Run ${run.id} has no Dag`);
  const taskInstances = instancesOf(rows, run.id);
  return { run, spec: versionOf(rows, run), isPaused: dag.isPaused, file: dag.file, taskInstances };
}
