import { checkDag } from "./check-dag.ts";
import type { DagSpec, TaskSpec } from "./dag-spec.ts";
import { findWeights } from "./priority-weight.ts";

/** A Dag's tasks by position, with all that is looked up again and again worked out once per Dag version. */
export interface DagGraph {
  readonly spec: DagSpec;
  readonly tasks: readonly TaskSpec[];
  readonly positionOf: ReadonlyMap<string, number>;
  readonly upstream: readonly (readonly number[])[];
  readonly downstream: readonly (readonly number[])[];
  /** Positions so that every task comes after its upstream. */
  readonly order: readonly number[];
  readonly leaves: readonly number[];
  /** Effective priority weights: a task's own, plus what its weight rule adds. */
  readonly weights: readonly number[];
  /** True where a task looks at the run before its own. */
  readonly needsPast: boolean;
}

/** Works out the graph of a Dag; refuses one that `checkDag` refuses. */
export function buildGraph(spec: DagSpec): DagGraph {
  const order = checkDag(spec);
  const { tasks } = spec;
  const positionOf = new Map(tasks.map((task, position) => [task.taskId, position]));
  const upstream = tasks.map((task) => positionsOf(task.upstream, positionOf));
  const downstream = invert(upstream);

  return {
    spec,
    tasks,
    positionOf,
    upstream,
    downstream,
    order,
    leaves: order.filter((position) => downstream[position]?.length === 0),
    weights: findWeights(tasks, { order, upstream, downstream }),
    needsPast: tasks.some((task) => task.dependsOnPast || task.waitForDownstream),
  };
}

/** Builds each graph once per key, such as the hash of a Dag version. Holds the newest `size`. */
export function openGraphCache(size = 200): (key: string, spec: DagSpec) => DagGraph {
  const graphs = new Map<string, DagGraph>();
  return (key, spec) => {
    const known = graphs.get(key);
    if (known !== undefined) return known;
    const graph = buildGraph(spec);
    graphs.set(key, graph);
    const [oldest] = graphs.keys();
    if (graphs.size > size && oldest !== undefined) graphs.delete(oldest);
    return graph;
  };
}

/** The given tasks with all that leads to them (`upstream`) or follows from them (`downstream`). */
export function findClosure(
  graph: DagGraph,
  from: readonly number[],
  along: "upstream" | "downstream",
): ReadonlySet<number> {
  const found = new Set(from);
  for (const position of found) {
    for (const next of graph[along][position] ?? []) found.add(next);
  }
  return found;
}

function positionsOf(
  taskIds: readonly string[],
  positionOf: ReadonlyMap<string, number>,
): readonly number[] {
  return [...new Set(taskIds)].flatMap((taskId) => positionOf.get(taskId) ?? []);
}

function invert(upstream: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const downstream: number[][] = upstream.map(() => []);
  for (const [position, sources] of upstream.entries()) {
    for (const source of sources) downstream[source]?.push(position);
  }
  return downstream;
}
