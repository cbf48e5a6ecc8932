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
  "dbt-node": { width: 164, height: 42 },
  closed: { width: 190, height: 42 },
} as const;

const ROOT_OPTIONS = {
  "elk.algorithm": "layered",
  "elk.direction": "DOWN",
  "elk.padding": "[top=0,left=0,bottom=0,right=0]",
  "elk.hierarchyHandling": "INCLUDE_CHILDREN",
  "elk.spacing.nodeNode": "24",
  "elk.layered.spacing.nodeNodeBetweenLayers": "20",
  "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
  // Boxes keep the order in which the author wrote them.
  "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
};

const GROUP_OPTIONS = { "elk.padding": "[top=40,left=12,bottom=12,right=12]" };

/** Which way the nodes of a dbt task go. */
export type DbtDirection = "right" | "down";

/** A graph with a place for every box; a box of a container counts from its container. */
export interface Layout {
  readonly boxes: ReadonlyMap<string, Box>;
  readonly width: number;
  readonly height: number;
  readonly direction: DbtDirection;
}

const DBT_OPTIONS = {
  ...GROUP_OPTIONS,
  "elk.algorithm": "layered",
  "elk.hierarchyHandling": "SEPARATE_CHILDREN",
  "elk.spacing.nodeNode": "12",
  "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
};

const DIRECTION_OPTIONS = {
  right: { "elk.direction": "RIGHT", "elk.layered.spacing.nodeNodeBetweenLayers": "32" },
  down: { "elk.direction": "DOWN", "elk.layered.spacing.nodeNodeBetweenLayers": "28" },
} as const satisfies Readonly<Record<DbtDirection, unknown>>;

/** How wide a pane beside the history is, in the units of a graph that is still to be read. */
export const ROOM = 740;
/** How high a pane is, in the same units. */
const HEADROOM = 700;

/** Lays the graph out. States do not come in, so that boxes keep their places from run to run. */
export async function layoutGraph(graph: Graph, room = ROOM): Promise<Layout> {
  // As in dbt's own lineage the way goes right; a long one goes down, where that shows it larger.
  const right = await layoutTowards(graph, "right");
  // Tasks go down either way.
  if (right.width <= room || !graph.nodes.some(({ kind }) => kind === "dbt-task")) return right;
  const down = await layoutTowards(graph, "down");
  return sizeOf(down, room) > sizeOf(right, room) ? down : right;
}

/** How large a layout can be shown whole. */
function sizeOf({ width, height }: Layout, room: number): number {
  return Math.min(room / width, HEADROOM / height);
}

async function layoutTowards(graph: Graph, direction: DbtDirection): Promise<Layout> {
  const root: ElkNode = {
    id: "root",
    layoutOptions: ROOT_OPTIONS,
    children: childrenOf(graph, null, direction),
    edges: graph.edges.filter(({ within }) => within === null).map(elkEdgeOf),
  };
  const laidOut = await new Elk().layout(root);
  return {
    boxes: new Map(boxesOf(laidOut.children ?? [])),
    width: laidOut.width ?? 0,
    height: laidOut.height ?? 0,
    direction,
  };
}

function childrenOf(graph: Graph, parentId: string | null, direction: DbtDirection): ElkNode[] {
  return graph.nodes
    .filter((node) => node.parentId === parentId)
    .map((node) => elkNodeOf(graph, node, direction));
}

function elkNodeOf(graph: Graph, node: GraphNode, direction: DbtDirection): ElkNode {
  switch (node.kind) {
    case "task":
    case "dbt-node":
    case "closed":
      return { id: node.id, ...SIZES[node.kind] };
    case "group":
      return {
        id: node.id,
        layoutOptions: GROUP_OPTIONS,
        children: childrenOf(graph, node.id, direction),
      };
    case "dbt-task":
      return {
        id: node.id,
        layoutOptions: { ...DBT_OPTIONS, ...DIRECTION_OPTIONS[direction] },
        children: childrenOf(graph, node.id, direction),
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
