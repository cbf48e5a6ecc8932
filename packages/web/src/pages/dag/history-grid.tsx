import type { UiGrid } from "@airloom/api";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef } from "react";
import { parentsOf, visibleRows } from "./fold.ts";
import { GridBars } from "./grid-bars.tsx";
import { GRID, moveBy } from "./grid-layout.ts";
import { GridRow } from "./grid-row.tsx";
import { useDagSelection } from "./use-dag-selection.ts";

/**
 * Runs as columns, tasks and their dbt nodes as rows. Only what is in view is in the page, so that
 * thousands of cells answer as fast as a dozen.
 */
export function HistoryGrid({ grid }: { readonly grid: UiGrid }) {
  const scroller = useRef<HTMLDivElement>(null);
  const selection = useDagSelection(grid);
  const rows = visibleRows(grid.rows, selection.toggled);
  const parents = parentsOf(grid.rows);

  const rowWindow = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => GRID.row,
    scrollMargin: GRID.head,
    overscan: 12,
  });
  const columnWindow = useVirtualizer({
    horizontal: true,
    count: grid.runs.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => GRID.column,
    scrollMargin: GRID.labels,
    overscan: 12,
    initialOffset: grid.runs.length * GRID.column,
  });
  const columns = columnWindow.getVirtualItems();
  const width = GRID.labels + grid.runs.length * GRID.column + 12;

  function onKeyDown(event: React.KeyboardEvent): void {
    const from = placeOf(event.target);
    const to = from && moveBy(event.key, from, { rows: rows.length, columns: grid.runs.length });
    if (to === undefined) return;
    event.preventDefault();
    rowWindow.scrollToIndex(to.row);
    columnWindow.scrollToIndex(to.column);
    const focusCell = (): boolean => {
      const cell = scroller.current?.querySelector<HTMLElement>(
        `[data-cell="${to.row}.${to.column}"]`,
      );
      cell?.focus();
      return cell !== null && cell !== undefined;
    };
    // A cell out of view is drawn only once the scroller has moved.
    if (!focusCell()) requestAnimationFrame(focusCell);
  }

  return (
    <div className="grid-scroll" style={{ containIntrinsicWidth: width }} ref={scroller}>
      <div
        role="grid"
        tabIndex={-1}
        aria-label="Run history"
        aria-rowcount={rows.length + 1}
        aria-colcount={grid.runs.length + 1}
        className="grid-canvas"
        style={{ height: GRID.head + rows.length * GRID.row, width }}
        onKeyDown={onKeyDown}
      >
        <GridBars runs={grid.runs} columns={columns} selection={selection} />
        {rowWindow.getVirtualItems().map((item) => {
          const row = rows[item.index];
          return (
            row !== undefined && (
              <GridRow
                key={row.row_id}
                row={row}
                index={item.index}
                top={item.start}
                runs={grid.runs}
                columns={columns}
                isParent={parents.has(row.row_id)}
                selection={selection}
              />
            )
          );
        })}
      </div>
    </div>
  );
}

function placeOf(
  target: EventTarget,
): { readonly row: number; readonly column: number } | undefined {
  const text = target instanceof HTMLElement ? target.dataset["cell"] : undefined;
  const [row, column] = text?.split(".").map(Number) ?? [];
  return row === undefined || column === undefined ? undefined : { row, column };
}
