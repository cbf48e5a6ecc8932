import type { UiGrid } from "@airloom/api";
import { useQuery } from "@tanstack/react-query";
import { Controls, type Edge, MarkerType, type Node, ReactFlow } from "@xyflow/react";
import { useRef } from "react";
import { QueryView } from "../../app/query-view.tsx";
import { type Cells, focusOf, isBad } from "./focus-of.ts";
import { BOXES, type BoxData } from "./graph-boxes.tsx";
import { type Graph, type GraphEdge, graphOf } from "./graph-model.ts";
import { type Layout, layoutGraph } from "./layout-graph.ts";
import { viewportOf } from "./viewport.ts";

interface RunGraphProps {
  readonly grid: UiGrid;
  /** Which run colours the boxes. */
  readonly column: number;
  readonly selected: string | undefined;
  readonly onSelect: (rowId: string) => void;
}

/** The graph of a Dag in the colours of one run. */
export function RunGraph({ grid, column, selected, onSelect }: RunGraphProps) {
  const pane = useRef<HTMLDivElement>(null);
  const graph = graphOf(grid);
  const shape = JSON.stringify(graph);
  const layout = useQuery({
    queryKey: ["layout", shape],
    queryFn: () => layoutGraph(graph),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const cells = new Map(grid.rows.map((row) => [row.row_id, row.cells[column]]));
  return (
    <QueryView query={layout} rows={10}>
      {(placed) => (
        <div className="graph" ref={pane}>
          <ReactFlow
            key={shape}
            nodes={flowNodes(graph, { layout: placed, cells, selected, onSelect })}
            edges={graph.edges.map((edge) => flowEdge(edge, cells))}
            nodeTypes={BOXES}
            onInit={(flow) => {
              if (pane.current === null) return;
              const focus = focusOf(graph, placed, { cells, selected });
              void flow.setViewport(
                viewportOf(placed, pane.current.getBoundingClientRect(), focus),
              );
            }}
            panOnScroll
            fitViewOptions={{ maxZoom: 1, padding: 0.06 }}
            minZoom={0.1}
            maxZoom={1.5}
            nodesDraggable={false}
            nodesConnectable={false}
            nodesFocusable={false}
            edgesFocusable={false}
            elementsSelectable={false}
            zoomOnDoubleClick={false}
            proOptions={{ hideAttribution: true }}
          >
            <Controls showInteractive={false} />
          </ReactFlow>
        </div>
      )}
    </QueryView>
  );
}

function flowNodes(
  graph: Graph,
  view: {
    readonly layout: Layout;
    readonly cells: Cells;
    readonly selected: string | undefined;
    readonly onSelect: (rowId: string) => void;
  },
): Node<BoxData>[] {
  return graph.nodes.map((node) => {
    const box = view.layout.boxes.get(node.id);
    return {
      id: node.id,
      type: node.kind,
      position: { x: box?.x ?? 0, y: box?.y ?? 0 },
      width: box?.width ?? 0,
      height: box?.height ?? 0,
      ...(node.parentId === null ? {} : { parentId: node.parentId }),
      data: {
        node,
        cell: view.cells.get(node.id),
        tests: node.testIds.map((id) => view.cells.get(id)),
        isChosen: node.id === view.selected,
        direction: view.layout.direction,
        onSelect: view.onSelect,
      },
    };
  });
}

function flowEdge({ source, target, label }: GraphEdge, cells: Cells): Edge {
  const colour = isBad(cells.get(source)) ? "var(--st-failed)" : "var(--border-control)";
  return {
    id: `${source} ${target}`,
    source,
    target,
    style: { stroke: colour },
    markerEnd: { type: MarkerType.ArrowClosed, color: colour, width: 14, height: 14 },
    ...(label === null ? {} : { label, labelBgPadding: [4, 2] as [number, number] }),
  };
}
