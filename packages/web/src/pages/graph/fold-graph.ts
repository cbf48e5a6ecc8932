import type { Graph, GraphEdge, GraphNode } from "./graph-model.ts";

/** A graph with more boxes than this is read from above: its groups start closed. */
export const MOST_OPEN = 40;

/** What holds other boxes. */
export function isContainer({ kind }: GraphNode): boolean {
  return kind === "group" || kind === "dbt-task";
}

/** The containers that are closed: all or none as the graph opens, the other way round where somebody toggled one. */
export function closedIn(graph: Graph, toggled: ReadonlySet<string>): ReadonlySet<string> {
  const startsClosed = graph.nodes.length > MOST_OPEN;
  return new Set(
    graph.nodes
      .filter((node) => isContainer(node) && startsClosed !== toggled.has(node.id))
      .map(({ id }) => id),
  );
}

/** The graph with a box in place of each closed container; what led into it or out of it leads to the box. */
export function foldGraph(graph: Graph, closed: ReadonlySet<string>): Graph {
  const parents = new Map(graph.nodes.map(({ id, parentId }) => [id, parentId]));
  const standIns = new Map(graph.nodes.map(({ id }) => [id, standInOf(id, parents, closed)]));
  return {
    nodes: graph.nodes
      .filter(({ id }) => standIns.get(id) === id)
      .map((node) => (closed.has(node.id) ? closedBox(node, standIns, graph) : node)),
    edges: foldEdges(graph.edges, standIns),
  };
}

/** The outermost closed container around a box, or the box itself. */
function standInOf(
  id: string,
  parents: ReadonlyMap<string, string | null>,
  closed: ReadonlySet<string>,
): string {
  let standIn = id;
  for (let at = parents.get(id) ?? null; at !== null; at = parents.get(at) ?? null) {
    if (closed.has(at)) standIn = at;
  }
  return standIn;
}

function closedBox(
  node: GraphNode,
  standIns: ReadonlyMap<string, string>,
  graph: Graph,
): GraphNode {
  const inside = graph.nodes.filter(
    (other) => other.id !== node.id && standIns.get(other.id) === node.id && !isContainer(other),
  );
  return { ...node, kind: "closed", holds: inside.length };
}

function foldEdges(
  edges: readonly GraphEdge[],
  standIns: ReadonlyMap<string, string>,
): readonly GraphEdge[] {
  const folded = new Map<string, GraphEdge>();
  for (const edge of edges) {
    const source = standIns.get(edge.source) ?? edge.source;
    const target = standIns.get(edge.target) ?? edge.target;
    if (source === target) continue;
    const name = `${source} ${target}`;
    // What several edges say is no word about the one that stands for them.
    const label = folded.has(name) ? null : edge.label;
    folded.set(name, { ...edge, source, target, label });
  }
  return [...folded.values()];
}
