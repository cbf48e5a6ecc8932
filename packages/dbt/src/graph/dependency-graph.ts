import { DbtError } from "../error.ts";

/** Who needs whom, in both directions; every id is a key of both maps. */
export interface DependencyGraph {
  readonly parents: ReadonlyMap<string, readonly string[]>;
  readonly children: ReadonlyMap<string, readonly string[]>;
}

/** Builds a graph from each id's parents; parents that are not ids of the graph are left out. */
export function createGraph(parentsOf: ReadonlyMap<string, readonly string[]>): DependencyGraph {
  const parents = new Map<string, readonly string[]>();
  const children = new Map<string, string[]>([...parentsOf.keys()].map((id) => [id, []]));
  for (const [id, all] of parentsOf) {
    const known = [...new Set(all)].filter((parent) => parentsOf.has(parent));
    parents.set(id, known);
    for (const parent of known) children.get(parent)?.push(id);
  }
  return { parents, children };
}

/** Everything reachable along the edges within a number of steps, without the start. */
export function reach(
  edges: ReadonlyMap<string, readonly string[]>,
  start: Iterable<string>,
  maxSteps = Number.POSITIVE_INFINITY,
): ReadonlySet<string> {
  const starts = new Set(start);
  const seen = new Set<string>(starts);
  const found = new Set<string>();
  let frontier = [...starts];
  for (let step = 0; step < maxSteps && frontier.length > 0; step += 1) {
    const next: string[] = [];
    for (const id of frontier) {
      for (const neighbour of edges.get(id) ?? []) {
        if (seen.has(neighbour)) continue;
        seen.add(neighbour);
        found.add(neighbour);
        next.push(neighbour);
      }
    }
    frontier = next;
  }
  return found;
}

/** A cycle of the graph in order, or `undefined` when there is none. */
export function findCycle(graph: DependencyGraph): readonly string[] | undefined {
  const done = new Set<string>();
  const path: string[] = [];
  const onPath = new Set<string>();
  const visit = (id: string): readonly string[] | undefined => {
    if (onPath.has(id)) return path.slice(path.indexOf(id));
    if (done.has(id)) return undefined;
    path.push(id);
    onPath.add(id);
    for (const child of graph.children.get(id) ?? []) {
      const cycle = visit(child);
      if (cycle !== undefined) return cycle;
    }
    path.pop();
    onPath.delete(id);
    done.add(id);
    return undefined;
  };
  for (const id of graph.parents.keys()) {
    const cycle = visit(id);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

/** Refuses a graph whose nodes wait for each other. */
export function checkAcyclic(
  graph: DependencyGraph,
  fileOf: (id: string) => string | undefined,
): void {
  const cycle = findCycle(graph);
  if (cycle === undefined) return;
  const [first = ""] = cycle;
  const file = fileOf(first);
  throw new DbtError("Compilation", `Found a cycle: ${[...cycle, first].join(" --> ")}`, {
    place: file === undefined ? undefined : { file },
  });
}
