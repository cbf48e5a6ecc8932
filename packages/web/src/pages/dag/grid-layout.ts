import type { UiCell, UiRow, UiRun } from "@airloom/api";
import { renderDateTime } from "../../format/time.ts";
import { CELL_LOOKS } from "../../states/cell-state.ts";
import type { StateLook } from "../../states/state-look.ts";

/** Measures of the grid in pixels. */
export const GRID = { column: 18, row: 27, head: 86, bars: 54, labels: 226 } as const;

/** A cell's place. */
export interface Place {
  readonly row: number;
  readonly column: number;
}

/** Where an arrow key leads from a cell; `undefined` for other keys. Edges hold. */
export function moveBy(
  key: string,
  from: Place,
  size: { readonly rows: number; readonly columns: number },
): Place | undefined {
  switch (key) {
    case "ArrowUp":
      return { ...from, row: Math.max(0, from.row - 1) };
    case "ArrowDown":
      return { ...from, row: Math.min(size.rows - 1, from.row + 1) };
    case "ArrowLeft":
      return { ...from, column: Math.max(0, from.column - 1) };
    case "ArrowRight":
      return { ...from, column: Math.min(size.columns - 1, from.column + 1) };
    case "Home":
      return { ...from, column: 0 };
    case "End":
      return { ...from, column: size.columns - 1 };
    default:
      return undefined;
  }
}

/** What a screen reader says of a cell: task, run and state. */
export function nameCell(row: UiRow, run: UiRun, cell: UiCell | null): string {
  const at = renderDateTime(run.run_after);
  return `${row.label}, run ${at} UTC, ${cell === null ? "not in this run" : CELL_LOOKS[cell.state].label}`;
}

/** A label every few columns: the hour of a run, or the day where runs are days apart. */
export function columnLabels(runs: readonly UiRun[]): readonly (string | undefined)[] {
  const areDaily = averageGapMs(runs) >= 20 * 3_600_000;
  return runs.map(({ run_after }, index) => {
    const isLast = index === runs.length - 1;
    if (!isLast && (index % 4 !== 0 || index > runs.length - 3)) return undefined;
    return areDaily ? String(new Date(run_after).getUTCDate()) : run_after.slice(11, 13);
  });
}

function averageGapMs(runs: readonly UiRun[]): number {
  const first = runs[0];
  const last = runs.at(-1);
  if (first === undefined || last === undefined || runs.length < 2) return 0;
  return (Date.parse(last.run_after) - Date.parse(first.run_after)) / (runs.length - 1);
}

/** How much of a cell each state takes; empty for a cell that stands for one thing alone. */
export function sharesOf(
  cell: UiCell,
): readonly { readonly look: StateLook; readonly count: number }[] {
  if (cell.counts === null) return [];
  return Object.entries(CELL_LOOKS).flatMap(([state, look]) => {
    const count = countOf(cell, state);
    return count === 0 ? [] : [{ look, count }];
  });
}

function countOf(cell: UiCell, state: string): number {
  return Object.entries(cell.counts ?? {}).find(([name]) => name === state)?.[1] ?? 0;
}
