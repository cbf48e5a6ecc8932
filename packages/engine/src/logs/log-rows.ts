import { LOG_LEVELS, type LogFilter, type LogPlace } from "@airloom/core";
import type { LogIndex } from "./log-index.ts";

const ERROR = LOG_LEVELS.indexOf("error");

/** The lines that a filter chooses, in order; both count from 0. */
export interface ChosenLines {
  readonly count: number;
  readonly lineAt: (row: number) => number;
}

type Levels = Pick<LogIndex, "lines" | "gravityOf">;

/** Chooses among all lines, or among the hits of a search, those of a level or above. */
export function chooseLines(
  index: Levels,
  hits: readonly number[] | undefined,
  { least }: Pick<LogFilter, "least">,
): ChosenLines {
  const gravity = LOG_LEVELS.indexOf(least);
  if (gravity === 0) {
    return hits === undefined
      ? { count: index.lines, lineAt: (row) => row }
      : { count: hits.length, lineAt: (row) => hits[row] ?? -1 };
  }
  const chosen = new Uint32Array(hits?.length ?? index.lines);
  let count = 0;
  for (let at = 0; at < chosen.length; at += 1) {
    const line = hits === undefined ? at : (hits[at] ?? 0);
    if (index.gravityOf(line) < gravity) continue;
    chosen[count] = line;
    count += 1;
  }
  return { count, lineAt: (row) => chosen[row] ?? -1 };
}

/** The row a place names, or the nearest after it; `undefined` where the place is no line, or there is no such error. */
export function findTarget(index: Levels, rows: ChosenLines, place: LogPlace): number | undefined {
  if (place.kind === "end" || place.kind === "row") return undefined;
  if (place.kind === "line") {
    return rows.count === 0 ? undefined : Math.min(findRow(rows, place.line - 1), rows.count - 1);
  }
  const isError = (row: number): boolean => index.gravityOf(rows.lineAt(row)) === ERROR;
  if (place.which === "previous") {
    for (let row = findRow(rows, place.from - 1) - 1; row >= 0; row -= 1) {
      if (isError(row)) return row;
    }
    return undefined;
  }
  for (
    let row = place.which === "first" ? 0 : findRow(rows, place.from);
    row < rows.count;
    row += 1
  ) {
    if (isError(row)) return row;
  }
  return undefined;
}

/** The first row with this line or one after it. */
function findRow({ count, lineAt }: ChosenLines, line: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (lineAt(middle) < line) low = middle + 1;
    else high = middle;
  }
  return low;
}
