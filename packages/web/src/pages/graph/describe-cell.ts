import type { UiCell } from "@airloom/api";
import { renderDuration, secondsBetween } from "../../format/duration.ts";
import { CELL_LOOKS } from "../../states/cell-state.ts";

/** The second line of a box: how long it took, else its state. */
export function describeCell(cell: UiCell | null | undefined): string {
  if (cell === null || cell === undefined) return "not in this run";
  const { label } = CELL_LOOKS[cell.state];
  if (cell.start_date === null || cell.end_date === null) return label;
  const seconds = secondsBetween(cell.start_date, cell.end_date, new Date(cell.end_date)) ?? 0;
  const took = renderDuration(seconds);
  return cell.state === "success" || cell.state === "pass" ? took : `${label}, ${took}`;
}

/** Tests of a dbt node in a few words: `2 pass, 1 warn`. */
export function describeTests(cells: readonly (UiCell | null | undefined)[]): string {
  const counts = new Map<string, number>();
  for (const cell of cells) {
    const label = cell === null || cell === undefined ? "not yet" : CELL_LOOKS[cell.state].label;
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  if (counts.size === 0) return "no tests";
  return [...counts].map(([label, count]) => `${count} ${label}`).join(", ");
}
