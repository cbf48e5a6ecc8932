import type { UiGrid } from "@airloom/api";
import { Link } from "@tanstack/react-router";
import { Took } from "../../app/time.tsx";
import { CELL_LOOKS } from "../../states/cell-state.ts";
import { StateLabel } from "../../states/state-icon.tsx";

/** The tasks of one run with state and duration. */
export function RunTaskList({ grid, column }: { readonly grid: UiGrid; readonly column: number }) {
  const run = grid.runs[column];
  const tasks = grid.rows.filter(({ kind }) => kind === "task");
  if (run === undefined) return null;
  return (
    <div className="scroll">
      <table className="table">
        <thead>
          <tr>
            <th>Task</th>
            <th>State</th>
            <th className="number">Try</th>
            <th className="number">Took</th>
          </tr>
        </thead>
        <tbody>
          {tasks.map((row) => {
            const cell = row.cells[column];
            return (
              <tr key={row.row_id} data-row>
                <td>
                  <Link
                    to="/dags/$dagId/runs/$runId/tasks/$taskId"
                    params={{
                      dagId: grid.dag.dag_id,
                      runId: run.dag_run_id,
                      taskId: row.task_id ?? row.label,
                    }}
                    className="link-plain"
                  >
                    {row.label}
                  </Link>
                </td>
                <td>{cell && <StateLabel look={CELL_LOOKS[cell.state]} />}</td>
                <td className="number">{cell?.try_number}</td>
                <td className="number text-2">
                  <Took start={cell?.start_date} end={cell?.end_date} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
