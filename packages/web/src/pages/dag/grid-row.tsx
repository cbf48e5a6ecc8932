import type { UiCell, UiRow, UiRun } from "@airloom/api";
import type { VirtualItem } from "@tanstack/react-virtual";
import { CELL_LOOKS } from "../../states/cell-state.ts";
import { StateCell, StateShares } from "../../states/state-cell.tsx";
import { Icon } from "../../ui/icon.tsx";
import { GRID, nameCell, sharesOf } from "./grid-layout.ts";
import type { DagSelection } from "./use-dag-selection.ts";

const INDENT = 18;

interface GridRowProps {
  readonly row: UiRow;
  readonly index: number;
  readonly top: number;
  readonly runs: readonly UiRun[];
  readonly columns: readonly VirtualItem[];
  readonly isParent: boolean;
  readonly selection: DagSelection;
}

/** One task, group or dbt node with its cells. */
export function GridRow({ row, index, top, runs, columns, isParent, selection }: GridRowProps) {
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={row.row_id === selection.rowId}
      className="grid-row"
      style={{ top, height: GRID.row }}
    >
      <RowLabel row={row} isParent={isParent} selection={selection} />
      {columns.map((column) => {
        const run = runs[column.index];
        if (run === undefined) return null;
        const cell = row.cells[column.index] ?? null;
        const isSelected = column.index === selection.column;
        return (
          <div
            key={run.dag_run_id}
            role="gridcell"
            className="grid-cell"
            style={{ left: column.start }}
            data-selected={isSelected}
          >
            <button
              type="button"
              data-cell={`${index}.${column.index}`}
              // One stop for Tab; the arrows do the rest.
              tabIndex={index === 0 && isSelected ? 0 : -1}
              aria-label={nameCell(row, run, cell)}
              title={nameCell(row, run, cell)}
              onClick={() => selection.select({ runId: run.dag_run_id, rowId: row.row_id })}
            >
              <CellFace cell={cell} />
            </button>
          </div>
        );
      })}
    </div>
  );
}

function CellFace({ cell }: { readonly cell: UiCell | null }) {
  if (cell === null) return null;
  const shares = sharesOf(cell);
  return shares.length > 1 ? (
    <StateShares shares={shares} />
  ) : (
    <StateCell look={CELL_LOOKS[cell.state]} />
  );
}

function RowLabel({
  row,
  isParent,
  selection,
}: Pick<GridRowProps, "row" | "isParent" | "selection">) {
  const isOpen = isParent && !selection.isFolded(row.row_id);
  return (
    <div
      role="rowheader"
      className="grid-label"
      style={{ width: GRID.labels, paddingLeft: 12 + row.depth * INDENT }}
    >
      {isParent && (
        <button
          type="button"
          className="fold"
          aria-expanded={isOpen}
          aria-label={`${isOpen ? "Fold" : "Unfold"} ${row.label}`}
          onClick={() => selection.toggle(row.row_id)}
        >
          <Icon name={isOpen ? "down" : "right"} />
        </button>
      )}
      <button
        type="button"
        className={row.kind === "node" ? "ellipsis grow text-2" : "ellipsis grow"}
        title={row.label}
        onClick={() => selection.select({ rowId: row.row_id })}
      >
        {row.label}
      </button>
      {row.kind === "node" && <span className="tiny text-3">{row.type}</span>}
    </div>
  );
}
