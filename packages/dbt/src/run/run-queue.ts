import { createGraph, type DependencyGraph, reach } from "../graph/dependency-graph.ts";

/** What waits for what among the nodes of a run. */
export interface RunPlan {
  readonly graph: DependencyGraph;
  /** Depth of each node: the shallow ones run first. */
  readonly levels: ReadonlyMap<string, number>;
}

/** The nearest chosen ancestors of a node: through nodes that are not chosen the way goes on. */
function nearestChosen(
  graph: DependencyGraph,
  id: string,
  chosen: ReadonlySet<string>,
): readonly string[] {
  const found = new Set<string>();
  const seen = new Set<string>();
  const queue = [...(graph.parents.get(id) ?? [])];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    if (chosen.has(next)) found.add(next);
    else queue.push(...(graph.parents.get(next) ?? []));
  }
  return [...found];
}

function testsBefore(
  graph: DependencyGraph,
  chosen: ReadonlySet<string>,
  isTest: (id: string) => boolean,
  waits: (id: string) => boolean,
): ReadonlyMap<string, readonly string[]> {
  const tests = [...chosen].filter(isTest).map((id) => [id, graph.parents.get(id) ?? []] as const);
  const before = new Map<string, readonly string[]>();
  for (const id of chosen) {
    if (isTest(id) || !waits(id)) continue;
    const ancestors = reach(graph.parents, [id]);
    const own = tests.filter(
      ([, needs]) => needs.length > 0 && needs.every((need) => ancestors.has(need)),
    );
    before.set(
      id,
      own.map(([test]) => test),
    );
  }
  return before;
}

function levelsOf(graph: DependencyGraph): ReadonlyMap<string, number> {
  const levels = new Map<string, number>();
  let current = [...graph.parents].filter(([, parents]) => parents.length === 0).map(([id]) => id);
  const waiting = new Map([...graph.parents].map(([id, parents]) => [id, parents.length]));
  for (let level = 0; current.length > 0; level += 1) {
    const next: string[] = [];
    for (const id of current) {
      levels.set(id, level);
      for (const child of graph.children.get(id) ?? []) {
        const left = (waiting.get(child) ?? 0) - 1;
        waiting.set(child, left);
        if (left === 0) next.push(child);
      }
    }
    current = next;
  }
  return levels;
}

/**
 * Plans a run. With `testsBlock` (dbt build) a node also waits for the tests of everything above it, so that
 * a failed test keeps bad rows from spreading.
 */
export function planRun(
  graph: DependencyGraph,
  chosen: ReadonlySet<string>,
  options: {
    readonly testsBlock: boolean;
    readonly isTest: (id: string) => boolean;
    readonly waitsForTests: (id: string) => boolean;
  },
): RunPlan {
  const tests = options.testsBlock
    ? testsBefore(graph, chosen, options.isTest, options.waitsForTests)
    : new Map<string, readonly string[]>();
  const parents = new Map(
    [...chosen].map(
      (id) => [id, [...nearestChosen(graph, id, chosen), ...(tests.get(id) ?? [])]] as const,
    ),
  );
  const own = createGraph(parents);
  return { graph: own, levels: levelsOf(own) };
}

/** The nodes of a run that may start, in dbt's order: by depth, then by id. */
export class RunQueue {
  readonly #plan: RunPlan;
  readonly #waiting: Map<string, number>;
  readonly #ready: string[];
  #unfinished: number;

  constructor(plan: RunPlan) {
    this.#plan = plan;
    this.#waiting = new Map([...plan.graph.parents].map(([id, parents]) => [id, parents.length]));
    this.#ready = [...this.#waiting].filter(([, count]) => count === 0).map(([id]) => id);
    this.#unfinished = this.#waiting.size;
    this.#sort();
  }

  get isFinished(): boolean {
    return this.#unfinished === 0;
  }

  /** The next node to start, or `undefined` while everything waits. */
  take(): string | undefined {
    return this.#ready.shift();
  }

  /** Frees the nodes that waited for this one. */
  finish(id: string): void {
    this.#unfinished -= 1;
    for (const child of this.#plan.graph.children.get(id) ?? []) {
      const left = (this.#waiting.get(child) ?? 0) - 1;
      this.#waiting.set(child, left);
      if (left === 0) this.#ready.push(child);
    }
    this.#sort();
  }

  #sort(): void {
    const level = (id: string): number => this.#plan.levels.get(id) ?? 0;
    this.#ready.sort((a, b) => level(a) - level(b) || (a < b ? -1 : a > b ? 1 : 0));
  }
}
