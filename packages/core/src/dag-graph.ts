import { checkDag } from "./check-dag.ts";
import { type DagShape, readShape } from "./dag-shape.ts";
import type { DagSpec, TaskSpec } from "./dag-spec.ts";
import { itemAt } from "./item-at.ts";
import { findWeights } from "./priority-weight.ts";

/** A Dag's tasks by position, with all that is looked up again and again worked out once per Dag version. */
export interface DagGraph extends DagShape {
  readonly spec: DagSpec;
  readonly tasks: readonly TaskSpec[];
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
  const shape = readShape(tasks);
  return {
    spec,
    tasks,
    ...shape,
    order,
    leaves: order.filter((position) => itemAt(shape.downstream, position).length === 0),
    weights: findWeights(tasks, { ...shape, order }),
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
