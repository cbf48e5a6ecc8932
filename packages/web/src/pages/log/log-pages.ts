import type { RowRange } from "./log-table.ts";

/** Rows that are asked for at once. */
export const PAGE_ROWS = 250;

/**
 * The pages that hold a range of rows. A whole page has the same name however the log grows, so that it is asked for
 * once; the last one is named by its length.
 */
export function pagesOf(
  { first, last }: RowRange,
  rows: number,
): readonly { readonly first: number; readonly count: number }[] {
  const end = Math.min(last, rows - 1);
  if (end < first) return [];
  const begin = Math.floor(first / PAGE_ROWS);
  return Array.from({ length: Math.floor(end / PAGE_ROWS) - begin + 1 }, (_, index) => {
    const from = (begin + index) * PAGE_ROWS;
    return { first: from, count: Math.min(PAGE_ROWS, rows - from) };
  });
}
