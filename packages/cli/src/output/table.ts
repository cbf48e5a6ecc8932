import { stripVTControlCharacters } from "node:util";

/** How many columns a text takes on screen, colour codes aside. */
export function widthOf(text: string): number {
  return stripVTControlCharacters(text).length;
}

function pad(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - widthOf(text)));
}

/** Rows under heads, aligned with two spaces between columns; no trailing blanks. */
export function renderTable(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const widths = heads.map((head, column) =>
    Math.max(widthOf(head), ...rows.map((row) => widthOf(row[column] ?? ""))),
  );
  return [heads, ...rows].map((row) =>
    heads
      .map((_, column) => pad(row[column] ?? "", widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** `label  value` lines with the values aligned. */
export function renderBlock(
  entries: readonly (readonly [label: string, value: string])[],
): readonly string[] {
  const width = Math.max(0, ...entries.map(([label]) => widthOf(label)));
  return entries.map(([label, value]) => `${pad(label, width)}  ${value}`);
}

/** A duration for people: `0.42 s`, `12.3 s`, `2 m 05 s`, `1 h 02 m`. */
export function renderDuration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 10) return `${seconds.toFixed(2)} s`;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} m ${String(Math.floor(seconds % 60)).padStart(2, "0")} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} m`;
}
