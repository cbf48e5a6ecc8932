import { dagError } from "./dag-error.ts";
import type { Declarations, Edge } from "./declarations.ts";

/** Direct upstream task ids of every task, with edges of groups spread over their first and last tasks. */
export function resolveUpstream(
  declarations: Declarations,
): ReadonlyMap<string, ReadonlySet<string>> {
  const upstream = new Map([...declarations.tasks.keys()].map((id) => [id, new Set<string>()]));
  const isTask = (id: string): boolean => declarations.tasks.has(id);
  const plain = declarations.edges.filter(({ from, to }) => isTask(from) && isTask(to));
  for (const { from, to } of plain) upstream.get(to)?.add(from);
  // Inner order first: which tasks are a group's first and last depends on the edges between its own tasks.
  for (const { from, to } of declarations.edges.filter((edge) => !plain.includes(edge))) {
    const sources = isTask(from) ? [from] : lastOf(declarations, upstream, from);
    const targets = isTask(to) ? [to] : firstOf(declarations, upstream, to);
    for (const target of targets) {
      for (const source of sources) upstream.get(target)?.add(source);
    }
  }
  return upstream;
}

/** The tasks of a node that come after no other task of it. */
export function firstOf(
  declarations: Declarations,
  upstream: ReadonlyMap<string, ReadonlySet<string>>,
  nodeId: string,
): readonly string[] {
  const members = new Set(declarations.tasksOf(nodeId));
  const isAfterNoOther = (id: string): boolean =>
    [...(upstream.get(id) ?? [])].every((before) => !members.has(before));
  return [...members].filter(isAfterNoOther);
}

function lastOf(
  declarations: Declarations,
  upstream: ReadonlyMap<string, ReadonlySet<string>>,
  nodeId: string,
): readonly string[] {
  const members = new Set(declarations.tasksOf(nodeId));
  const sources = new Set([...members].flatMap((id) => [...(upstream.get(id) ?? [])]));
  return [...members].filter((id) => !sources.has(id));
}

/** Task ids so that each comes after its upstream; ties by id. Throws `dag.cycle` when there is no such order. */
export function sortTasks(
  declarations: Declarations,
  upstream: ReadonlyMap<string, ReadonlySet<string>>,
): readonly string[] {
  const waiting = new Map([...upstream].map(([id, sources]) => [id, sources.size]));
  const downstream = invert(upstream);
  const sorted: string[] = [];
  let ready = [...waiting]
    .filter(([, count]) => count === 0)
    .map(([id]) => id)
    .toSorted();
  while (ready.length > 0) {
    sorted.push(...ready);
    const next: string[] = [];
    for (const id of ready.flatMap((done) => downstream.get(done) ?? [])) {
      const left = (waiting.get(id) ?? 0) - 1;
      waiting.set(id, left);
      if (left === 0) next.push(id);
    }
    ready = next.toSorted();
  }
  if (sorted.length < upstream.size) throw cycleError(declarations, upstream, new Set(sorted));
  return sorted;
}

function invert(
  upstream: ReadonlyMap<string, ReadonlySet<string>>,
): ReadonlyMap<string, readonly string[]> {
  const downstream = new Map<string, string[]>();
  for (const [id, sources] of upstream) {
    for (const source of sources) downstream.set(source, [...(downstream.get(source) ?? []), id]);
  }
  return downstream;
}

function cycleError(
  declarations: Declarations,
  upstream: ReadonlyMap<string, ReadonlySet<string>>,
  sorted: ReadonlySet<string>,
): Error {
  const stuck = (id: string): string | undefined =>
    [...(upstream.get(id) ?? [])].find((source) => !sorted.has(source));
  // Every stuck task has a stuck upstream, so walking up must come back to where it has been.
  let current = [...upstream.keys()].find((id) => !sorted.has(id)) ?? "";
  const path: string[] = [];
  while (!path.includes(current)) {
    path.push(current);
    current = stuck(current) ?? current;
  }
  const loop = [...path.slice(path.indexOf(current)), current].toReversed();
  const closing = findClosingEdge(declarations, loop);
  const closed =
    closing === undefined ? "" : `; the edge ${closing.from} -> ${closing.to} closes it`;
  const message = `Dag "${declarations.dagId}" has a cycle: ${loop.join(" -> ")}${closed}`;
  return dagError("dag.cycle", message, closing?.place ?? declarations.tasks.get(current)?.place);
}

/** Of the edges that a way round is made of, the one declared last: without it there was no cycle. */
function findClosingEdge(declarations: Declarations, loop: readonly string[]): Edge | undefined {
  const { edges } = declarations;
  const covers = (nodeId: string, taskId: string | undefined): boolean =>
    declarations.tasksOf(nodeId).some((id) => id === taskId);
  const positions = loop.slice(1).map((to, index) => {
    const from = loop[index];
    const exact = edges.findIndex((edge) => edge.from === from && edge.to === to);
    if (exact >= 0) return exact;
    return edges.findIndex((edge) => covers(edge.from, from) && covers(edge.to, to));
  });
  return edges[Math.max(...positions)];
}
