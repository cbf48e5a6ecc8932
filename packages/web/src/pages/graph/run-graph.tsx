import type { UiGrid } from "@airloom/api";
import { useQuery } from "@tanstack/react-query";
import { Controls, type Edge, MarkerType, type Node, ReactFlow } from "@xyflow/react";
import { useRef, useState } from "react";
import { QueryView } from "../../app/query-view.tsx";
import { type Cells, focusOf, isBad } from "./focus-of.ts";
import { closedIn, foldGraph, MOST_OPEN } from "./fold-graph.ts";
import { BOXES, type BoxData } from "./graph-boxes.tsx";
import { type Graph, type GraphEdge, graphOf } from "./graph-model.ts";
import { type Layout, layoutGraph, ROOM } from "./layout-graph.ts";
import { FIT_PADDING, viewportOf } from "./viewport.ts";

/** From here on words are too small to be read: boxes show their state alone. */
const FAR_ZOOM = 0.5;

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
  const [toggled, setToggled] = useState<readonly string[]>([]);
  const whole = graphOf(grid);
  const graph = foldGraph(whole, closedIn(whole, new Set(toggled)));
  const shape = JSON.stringify(graph);
  const room = Math.min(ROOM, window.innerWidth);
  const layout = useQuery({
    queryKey: ["layout", shape, room],
    queryFn: () => layoutGraph(graph, room),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const onToggle = (id: string): void =>
    setToggled(toggled.includes(id) ? toggled.filter((other) => other !== id) : [...toggled, id]);
  const showDistance = (zoom: number): void => {
    if (pane.current !== null) pane.current.dataset["far"] = String(zoom < FAR_ZOOM);
  };
  const cells = new Map(grid.rows.map((row) => [row.row_id, row.cells[column]]));
  return (
    <QueryView query={layout} rows={10}>
      {(placed) => (
        <div className="graph" ref={pane}>
          <ReactFlow
            key={shape}
            nodes={flowNodes(graph, {
              layout: placed,
              cells,
              selected,
              onSelect,
              onToggle,
            })}
            edges={graph.edges.map((edge) => flowEdge(edge, cells))}
            nodeTypes={BOXES}
            onInit={(flow) => {
              if (pane.current === null) return;
              const viewport = viewportOf(placed, pane.current.getBoundingClientRect(), {
                focus: focusOf(graph, placed, { cells, selected: toggled.at(-1) ?? selected }),
                isWhole: graph.nodes.length <= MOST_OPEN,
              });
              showDistance(viewport.zoom);
              void flow.setViewport(viewport);
            }}
            onMove={(_event, { zoom }) => showDistance(zoom)}
            panOnScroll
            fitViewOptions={{ maxZoom: 1, padding: FIT_PADDING }}
            minZoom={0.02}
            maxZoom={1.5}
            nodesDraggable={false}
            nodesConnectable={false}
            nodesFocusable={false}
            edgesFocusable={false}
            elementsSelectable={false}
            zoomOnDoubleClick={false}
            proOptions={{ hideAttribution: true }}
          >
            <Controls showInteractive={false} orientation="horizontal" />
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
    readonly onToggle: (rowId: string) => void;
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
        onToggle: view.onToggle,
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
