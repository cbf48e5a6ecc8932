import type { UiGrid, UiRow, UiRun } from "@airloom/api";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { explainQuery } from "../../api/queries.ts";
import { useApi } from "../../app/services.ts";
import { CELL_LOOKS } from "../../states/cell-state.ts";
import { StateIcon } from "../../states/state-icon.tsx";
import { describeUpstream } from "./upstream-causes.ts";
import { useDagSelection } from "./use-dag-selection.ts";

/** Why the chosen task has not run, in the scheduler's own words, and the way to its page. */
export function WhyLine({ grid, run }: { readonly grid: UiGrid; readonly run: UiRun }) {
  const { column, rowId } = useDagSelection(grid);
  const row = chosenRow(grid, rowId, column);
  const cell = row?.cells[column] ?? null;
  if (row === undefined || row.task_id === null || cell === null) {
    return <span className="text-3 small">Choose a task to see what it waits for.</span>;
  }
  const isWaiting = cell.start_date === null || cell.state === "upstream_failed";
  return (
    <>
      <StateIcon look={CELL_LOOKS[cell.state]} />
      <span className="small grow">
        {isWaiting && row.kind === "task" ? (
          <Reason
            dagId={grid.dag.dag_id}
            runId={run.dag_run_id}
            taskId={row.task_id}
            fallback={describeUpstream(grid, row.row_id, column) || CELL_LOOKS[cell.state].label}
          />
        ) : (
          <>
            <b>{row.label}</b> {CELL_LOOKS[cell.state].label}
          </>
        )}
      </span>
      <Link
        className="button small"
        to="/dags/$dagId/runs/$runId/tasks/$taskId"
        params={{ dagId: grid.dag.dag_id, runId: run.dag_run_id, taskId: row.task_id }}
        search={row.unique_id === null ? {} : { node: row.unique_id }}
      >
        Open {row.kind === "node" ? "node" : "task"}
      </Link>
    </>
  );
}

function Reason({
  dagId,
  runId,
  taskId,
  fallback,
}: {
  readonly dagId: string;
  readonly runId: string;
  readonly taskId: string;
  /** What the page itself knows, where the scheduler has nothing to add. */
  readonly fallback: string;
}) {
  const { data } = useQuery(explainQuery(useApi(), { dagId, runId, taskId, mapIndex: -1 }));
  const reasons = data?.reasons.map(({ message }) => message).join("; ") ?? "";
  return (
    <>
      <b>Why has {taskId} not run?</b> {reasons === "" ? fallback : reasons}
    </>
  );
}

/** The chosen row, else the first task of the run that wants an answer. */
function chosenRow(grid: UiGrid, rowId: string | undefined, column: number): UiRow | undefined {
  const chosen = grid.rows.find((row) => row.row_id === rowId);
  if (chosen !== undefined) return chosen;
  const tasks = grid.rows.filter(({ kind }) => kind === "task");
  return (
    tasks.find((row) => row.cells[column]?.state === "upstream_failed") ??
    tasks.find((row) => row.cells[column]?.state === "failed")
  );
}
