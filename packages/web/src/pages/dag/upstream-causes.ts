import type { UiGrid } from "@airloom/api";
import { CELL_LOOKS } from "../../states/cell-state.ts";

const BLAMED: ReadonlySet<string> = new Set(["failed", "upstream_failed", "skipped", "removed"]);

/** What a finished task that never ran owes to the tasks right before it: `load failed`. */
export function describeUpstream(
  grid: Pick<UiGrid, "graph" | "rows">,
  rowId: string,
  column: number,
): string {
  const rule = grid.graph.nodes.find(({ id }) => id === rowId)?.trigger_rule;
  const causes = grid.graph.edges
    .filter(({ target }) => target === rowId)
    .flatMap(({ source }) => {
      const row = grid.rows.find((candidate) => candidate.row_id === source);
      const cell = row?.cells[column];
      if (row === undefined || cell === null || cell === undefined) return [];
      return BLAMED.has(cell.state) ? [`${row.label} ${CELL_LOOKS[cell.state].label}`] : [];
    });
  if (causes.length === 0) return "";
  return `${rule === null || rule === undefined ? "" : `Rule ${rule}: `}${causes.join(", ")}`;
}
