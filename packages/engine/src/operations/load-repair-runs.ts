import {
  AirloomError,
  buildGraph,
  type DagRun,
  isRunFinished,
  type Page,
  type PageRequest,
  type RepairRun,
  type StoredDag,
} from "@airloom/core";
import type { OperationsStore } from "./operations-store.ts";

const PAGE = 1_000;

/** Which runs a person means. */
export interface RunChoice {
  readonly dagId: string;
  readonly runId?: string;
  readonly startDate?: Date;
  readonly endDate?: Date;
  readonly includePast: boolean;
  readonly includeFuture: boolean;
}

/** The Dag, or an error that names it. */
export async function loadDag(store: OperationsStore, dagId: string): Promise<StoredDag> {
  const dag = await store.findDag(dagId);
  if (dag === undefined) throw new AirloomError("dag.not_found", `There is no Dag "${dagId}"`);
  return dag;
}

/** The run, or an error that names it. */
export async function loadRun(
  store: OperationsStore,
  dagId: string,
  runId: string,
): Promise<DagRun> {
  await loadDag(store, dagId);
  const run = await store.findRun(dagId, runId);
  if (run !== undefined) return run;
  throw new AirloomError("run.not_found", `There is no run "${runId}" of Dag "${dagId}"`);
}

/** The chosen runs, each with its own Dag version and its task instances. */
export async function loadRepairRuns(
  store: OperationsStore,
  choice: RunChoice,
): Promise<readonly RepairRun[]> {
  const repairs: RepairRun[] = [];
  for (const run of await loadRuns(store, choice)) repairs.push(await loadRepairRun(store, run));
  return repairs;
}

/** Has ended runs repaired on the latest version of their Dag; a run that is still open keeps its own. */
export function useLatestVersion(runs: readonly RepairRun[], dag: StoredDag): readonly RepairRun[] {
  const latest = {
    graph: buildGraph(dag.spec),
    movesTo: { dagVersion: dag.version, dagHash: dag.hash },
  };
  return runs.map((repair) =>
    isRunFinished(repair.run.state) && repair.run.dagVersion !== dag.version
      ? { ...repair, ...latest }
      : repair,
  );
}

/** A run with its own Dag version and its task instances. */
export async function loadRepairRun(store: OperationsStore, run: DagRun): Promise<RepairRun> {
  const version = await store.findDagVersion(run.dagId, run.dagVersion);
  if (version === undefined) {
    throw new AirloomError(
      "dag.not_found",
      `There is no version ${run.dagVersion} of Dag "${run.dagId}", which run "${run.runId}" is made of`,
    );
  }
  const filter = { dagIds: [run.dagId], runIds: [run.runId] };
  const taskInstances = await loadPages((page) => store.listTaskInstances(filter, page));
  return { run, graph: buildGraph(version.spec), taskInstances };
}

async function loadRuns(store: OperationsStore, choice: RunChoice): Promise<readonly DagRun[]> {
  const anchor =
    choice.runId === undefined ? undefined : await loadRun(store, choice.dagId, choice.runId);
  if (anchor !== undefined && !choice.includePast && !choice.includeFuture) return [anchor];
  await loadDag(store, choice.dagId);
  const all = await loadPages((page) => store.listRuns({ dagIds: [choice.dagId] }, page));
  return all.filter((run) =>
    anchor === undefined ? isInWindow(run, choice) : isBeside(run, anchor, choice),
  );
}

/** Runs without a logical date stand outside past and future, as in Airflow. */
function isBeside(run: DagRun, anchor: DagRun, choice: RunChoice): boolean {
  if (run.id === anchor.id) return true;
  if (run.logicalDate === null || anchor.logicalDate === null) return false;
  return run.logicalDate < anchor.logicalDate ? choice.includePast : choice.includeFuture;
}

function isInWindow(run: DagRun, { startDate, endDate }: RunChoice): boolean {
  const at = run.logicalDate ?? run.runAfter;
  return (startDate === undefined || at >= startDate) && (endDate === undefined || at <= endDate);
}

async function loadPages<T>(load: (page: PageRequest) => Promise<Page<T>>): Promise<readonly T[]> {
  const items: T[] = [];
  for (let offset = 0, total = 1; offset < total; offset += PAGE) {
    const page = await load({ limit: PAGE, offset });
    items.push(...page.items);
    total = page.total;
  }
  return items;
}
