import type { UiRow } from "@airloom/api";

/** A task with more dbt nodes than this starts folded. */
const MOST_OPEN_NODES = 60;

/** Rows that have others below them. */
export function parentsOf(rows: readonly UiRow[]): ReadonlySet<string> {
  return new Set(rows.flatMap(({ parent_id }) => parent_id ?? []));
}

/** Rows that start folded, before anybody touches them. */
export function foldedByDefault(rows: readonly UiRow[]): ReadonlySet<string> {
  const nodes = new Map<string, number>();
  for (const { kind, parent_id } of rows) {
    if (kind === "node" && parent_id !== null)
      nodes.set(parent_id, (nodes.get(parent_id) ?? 0) + 1);
  }
  return new Set([...nodes].filter(([, count]) => count > MOST_OPEN_NODES).map(([id]) => id));
}

/** Whether a row is folded: as it starts, or the other way round when somebody toggled it. */
export function isFolded(
  rowId: string,
  defaults: ReadonlySet<string>,
  toggled: ReadonlySet<string>,
): boolean {
  return defaults.has(rowId) !== toggled.has(rowId);
}

/** The rows to show: those with no folded row above them. Rows come depth first, parents before children. */
export function visibleRows(
  rows: readonly UiRow[],
  toggled: ReadonlySet<string>,
): readonly UiRow[] {
  const defaults = foldedByDefault(rows);
  const hidden = new Set<string>();
  return rows.filter(({ row_id, parent_id }) => {
    const isHidden =
      parent_id !== null && (hidden.has(parent_id) || isFolded(parent_id, defaults, toggled));
    if (isHidden) hidden.add(row_id);
    return !isHidden;
  });
}
