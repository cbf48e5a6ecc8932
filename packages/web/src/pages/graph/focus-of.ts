import type { UiCell } from "@airloom/api";
import type { Graph, GraphNode } from "./graph-model.ts";
import type { Box, Layout } from "./layout-graph.ts";

/** What the boxes of a graph stand for in one run, by the row of the grid. */
export type Cells = ReadonlyMap<string, UiCell | null | undefined>;

export function isBad(cell: UiCell | null | undefined): boolean {
  return ["failed", "error", "runtime error"].includes(cell?.state ?? "");
}

/** The box to look at first: the chosen one, else the innermost that failed, else one that runs. */
export function focusOf(
  graph: Graph,
  { boxes }: Pick<Layout, "boxes">,
  view: { readonly cells: Cells; readonly selected: string | undefined },
): Box | undefined {
  const chosen =
    graph.nodes.find(({ id }) => id === view.selected) ??
    graph.nodes.findLast(({ id }) => isBad(view.cells.get(id))) ??
    graph.nodes.findLast(({ id }) => view.cells.get(id)?.state === "running");
  return chosen && placeOf(graph, chosen, boxes);
}

/** Where a box lies in the whole graph. */
function placeOf(graph: Graph, node: GraphNode, boxes: Layout["boxes"]): Box | undefined {
  const box = boxes.get(node.id);
  const parent = graph.nodes.find(({ id }) => id === node.parentId);
  const outer = parent && placeOf(graph, parent, boxes);
  return box && { ...box, x: box.x + (outer?.x ?? 0), y: box.y + (outer?.y ?? 0) };
}
