import { describeTrouble, type UiGrid, type UiRun } from "@airloom/api";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { without } from "../../app/search.ts";
import { useNow } from "../../app/services.ts";
import { useRefusal } from "../../app/use-refusal.ts";
import { renderDuration } from "../../format/duration.ts";
import { renderRunTime } from "../../format/time.ts";
import { lookOfRun } from "../../states/run-state.ts";
import { StateIcon } from "../../states/state-icon.tsx";
import { Button } from "../../ui/button.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Segments } from "../../ui/segments.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { ClearDialog } from "../clear/clear-dialog.tsx";
import { RunTaskList } from "./run-task-list.tsx";
import { useDagSelection } from "./use-dag-selection.ts";
import { WhyLine } from "./why-line.tsx";

const RunGraph = lazy(() =>
  import("../graph/run-graph.tsx").then((module) => ({ default: module.RunGraph })),
);

/** The chosen run as graph or list, with what holds the chosen task back. */
export function RunPane({ grid, run }: { readonly grid: UiGrid; readonly run: UiRun }) {
  const search = useSearch({ from: "/shell/dags/$dagId" });
  const navigate = useNavigate({ from: "/dags/$dagId" });
  const selection = useDagSelection(grid);
  const now = useNow();
  const dagId = grid.dag.dag_id;
  const refusal = useRefusal("editor", dagId);
  const trouble = describeTrouble(run);
  const view = search.view ?? "graph";
  const closeDialog = (): void => {
    void navigate({ search: (old) => without(old, "dialog"), replace: true });
  };
  return (
    <>
      <Panel
        title={
          <span className="state">
            <StateIcon look={lookOfRun(run)} />
            <Link
              to="/dags/$dagId/runs/$runId"
              params={{ dagId, runId: run.dag_run_id }}
              className="link-plain"
              title={`Open run ${run.dag_run_id}`}
            >
              Run {renderRunTime(run.run_after, now)}
            </Link>
          </span>
        }
        hint={
          <>
            <span className="run-trouble">{trouble}</span>
            {trouble !== "" && ", "}
            version {run.version_number}
            {run.duration !== null && `, ${renderDuration(run.duration)}`}
          </>
        }
        isFilling
        actions={
          <>
            <Segments
              label="View of the run"
              isCompact
              value={view}
              onChange={(value) => void navigate({ search: (old) => ({ ...old, view: value }) })}
              segments={[
                { value: "graph", label: "Graph" },
                { value: "tasks", label: "Tasks" },
              ]}
            />
            <span data-key="c">
              <Button
                acts
                size="small"
                icon="redo"
                disabledReason={refusal}
                onClick={() =>
                  void navigate({ search: (old) => ({ ...old, dialog: "clear" as const }) })
                }
              >
                Clear
              </Button>
            </span>
          </>
        }
        foot={<WhyLine grid={grid} run={run} />}
      >
        {view === "graph" ? (
          <Suspense fallback={<Skeleton rows={10} />}>
            <RunGraph
              grid={grid}
              column={selection.column}
              selected={search.row}
              onSelect={(rowId) => selection.select({ rowId })}
            />
          </Suspense>
        ) : (
          <RunTaskList grid={grid} column={selection.column} />
        )}
      </Panel>
      {search.dialog === "clear" && (
        <ClearDialog
          dagId={dagId}
          runId={run.dag_run_id}
          taskId={taskOf(grid, search.row)}
          onClose={closeDialog}
        />
      )}
    </>
  );
}

function taskOf(grid: UiGrid, rowId: string | undefined): string | undefined {
  return grid.rows.find((row) => row.row_id === rowId)?.task_id ?? undefined;
}
