import type { UiGrid, UiRun } from "@airloom/api";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { foldedByDefault, isFolded } from "./fold.ts";

/** Which run and row are selected and which rows were toggled; all of it lives in the address. */
export interface DagSelection {
  /** The run chosen, or the newest one. */
  readonly run: UiRun | undefined;
  readonly column: number;
  readonly rowId: string | undefined;
  readonly toggled: ReadonlySet<string>;
  readonly isFolded: (rowId: string) => boolean;
  readonly select: (choice: { readonly runId?: string; readonly rowId?: string }) => void;
  readonly toggle: (rowId: string) => void;
}

export function useDagSelection(grid: UiGrid): DagSelection {
  const search = useSearch({ from: "/shell/dags/$dagId" });
  const navigate = useNavigate({ from: "/dags/$dagId" });
  const chosen = grid.runs.findIndex((run) => run.dag_run_id === search.run);
  const column = chosen === -1 ? grid.runs.length - 1 : chosen;
  const toggled = new Set(search.folded);
  return {
    run: grid.runs[column],
    column,
    rowId: search.row,
    toggled,
    isFolded: (rowId) => isFolded(rowId, foldedByDefault(grid.rows), toggled),
    select: ({ runId, rowId }) => {
      void navigate({
        search: (old) => ({
          ...old,
          ...(runId === undefined ? {} : { run: runId }),
          ...(rowId === undefined ? {} : { row: rowId }),
        }),
        replace: true,
        resetScroll: false,
      });
    },
    toggle: (rowId) => {
      const folded = [...toggled.symmetricDifference(new Set([rowId]))];
      void navigate({ search: (old) => ({ ...old, folded }), replace: true, resetScroll: false });
    },
  };
}
