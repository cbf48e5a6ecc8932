import type { UiGrid } from "@airloom/api";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { renderPlural } from "../../format/number.ts";
import { CELL_LOOKS } from "../../states/cell-state.ts";
import { StateIcon } from "../../states/state-icon.tsx";
import { Empty } from "../../ui/empty.tsx";
import { Panel } from "../../ui/panel.tsx";
import { HistoryGrid } from "./history-grid.tsx";
import { RunPane } from "./run-pane.tsx";
import { useDagSelection } from "./use-dag-selection.ts";

const RUN_CHOICES = [25, 50, 100, 200, 365] as const;

const LEGEND = [
  "success",
  "failed",
  "upstream_failed",
  "running",
  "none",
  "pass",
  "warn",
  "skipped",
  "no-op",
  "fail",
] as const;

/** History left, the chosen run right. */
export function GridTab({ grid }: { readonly grid: UiGrid }) {
  const { run } = useDagSelection(grid);
  if (run === undefined) {
    return (
      <Empty title="No runs yet" command={`airloom dags trigger ${grid.dag.dag_id}`}>
        <p>Trigger one, or wait for the schedule.</p>
      </Empty>
    );
  }
  return (
    <div className="dag-columns fill">
      <Panel
        title="History"
        hint={`${renderPlural(grid.runs.length, "run")} of ${grid.total_runs}`}
        isFilling
        actions={<RunCount />}
        foot={<Legend grid={grid} />}
      >
        <HistoryGrid grid={grid} />
      </Panel>
      <RunPane grid={grid} run={run} />
    </div>
  );
}

function RunCount() {
  const search = useSearch({ from: "/shell/dags/$dagId" });
  const navigate = useNavigate({ from: "/dags/$dagId" });
  return (
    <label className="chip">
      <span className="visually-hidden">How many runs</span>
      <select
        value={search.runs ?? RUN_CHOICES[0]}
        onChange={(event) => {
          const runs = Number(event.currentTarget.value);
          void navigate({ search: (old) => ({ ...old, runs }), replace: true });
        }}
      >
        {RUN_CHOICES.map((count) => (
          <option key={count} value={count}>
            {count} runs
          </option>
        ))}
      </select>
    </label>
  );
}

/** The shapes that occur in this grid, with their words. */
function Legend({ grid }: { readonly grid: UiGrid }) {
  const present = new Set(grid.rows.flatMap((row) => row.cells.map((cell) => cell?.state)));
  return (
    <ul className="legend tiny text-2">
      {LEGEND.filter((state) => present.has(state)).map((state) => (
        <li key={state} className="state">
          <StateIcon look={CELL_LOOKS[state]} size={12} isDecoration />
          {CELL_LOOKS[state].label}
        </li>
      ))}
    </ul>
  );
}
