import Elk, { type ElkExtendedEdge, type ElkNode } from "elkjs/lib/elk.bundled.js";
import type { Graph, GraphEdge, GraphNode } from "./graph-model.ts";

/** Where a box lies inside the box around it. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const SIZES = {
  task: { width: 190, height: 42 },
  "dbt-node": { width: 168, height: 42 },
} as const;

const ROOT_OPTIONS = {
  "elk.algorithm": "layered",
  "elk.direction": "DOWN",
  "elk.hierarchyHandling": "INCLUDE_CHILDREN",
  "elk.spacing.nodeNode": "24",
  "elk.layered.spacing.nodeNodeBetweenLayers": "20",
  "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
  // Boxes keep the order in which the author wrote them.
  "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
};

const GROUP_OPTIONS = { "elk.padding": "[top=40,left=12,bottom=12,right=12]" };

/** Inside a dbt task the way goes from left to right, as in dbt's own lineage. */
const DBT_OPTIONS = {
  ...GROUP_OPTIONS,
  "elk.algorithm": "layered",
  "elk.direction": "RIGHT",
  "elk.hierarchyHandling": "SEPARATE_CHILDREN",
  "elk.spacing.nodeNode": "14",
  "elk.layered.spacing.nodeNodeBetweenLayers": "40",
  "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
};

/** Lays the graph out. States do not come in, so that boxes keep their places from run to run. */
export async function layoutGraph(graph: Graph): Promise<ReadonlyMap<string, Box>> {
  const laidOut = await new Elk().layout({
    id: "root",
    layoutOptions: ROOT_OPTIONS,
    children: childrenOf(graph, null),
    edges: graph.edges.filter(({ within }) => within === null).map(elkEdgeOf),
  });
  return new Map(boxesOf(laidOut.children ?? []));
}

function childrenOf(graph: Graph, parentId: string | null): ElkNode[] {
  return graph.nodes
    .filter((node) => node.parentId === parentId)
    .map((node) => elkNodeOf(graph, node));
}

function elkNodeOf(graph: Graph, node: GraphNode): ElkNode {
  switch (node.kind) {
    case "task":
    case "dbt-node":
      return { id: node.id, ...SIZES[node.kind] };
    case "group":
      return { id: node.id, layoutOptions: GROUP_OPTIONS, children: childrenOf(graph, node.id) };
    case "dbt-task":
      return {
        id: node.id,
        layoutOptions: DBT_OPTIONS,
        children: childrenOf(graph, node.id),
        edges: graph.edges.filter(({ within }) => within === node.id).map(elkEdgeOf),
      };
  }
}

function elkEdgeOf({ source, target, label }: GraphEdge): ElkExtendedEdge {
  return {
    id: `${source} ${target}`,
    sources: [source],
    targets: [target],
    // Leaves room between the layers for what is written on the edge.
    labels: label === null ? [] : [{ text: label, width: 20, height: 14 }],
  };
}

function boxesOf(nodes: readonly ElkNode[]): readonly (readonly [string, Box])[] {
  return nodes.flatMap((node) => [
    [
      node.id,
      { x: node.x ?? 0, y: node.y ?? 0, width: node.width ?? 0, height: node.height ?? 0 },
    ] as const,
    ...boxesOf(node.children ?? []),
  ]);
}
