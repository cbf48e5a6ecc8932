import type { DagRun, UiGrid } from "@airloom/api";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { gridQuery, runQuery, taskInstancesQuery } from "../../api/queries.ts";
import { PageHead } from "../../app/page-head.tsx";
import { QueryView } from "../../app/query-view.tsx";
import { RUN_MARKS, without } from "../../app/search.ts";
import { useApi, useNow } from "../../app/services.ts";
import { StateSince } from "../../app/state-since.tsx";
import { Instant } from "../../app/time.tsx";
import { useRefusal } from "../../app/use-refusal.ts";
import { renderRunTime } from "../../format/time.ts";
import { lookOfRun, toneOfRun } from "../../states/run-state.ts";
import { StateIcon } from "../../states/state-icon.tsx";
import { renderLook } from "../../states/state-look.ts";
import { Button } from "../../ui/button.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Segments } from "../../ui/segments.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { ClearDialog } from "../clear/clear-dialog.tsx";
import { MarkMenu } from "../mark/mark-menu.tsx";
import { NoteBox } from "../note/note-box.tsx";
import { NoteButton } from "../note/note-button.tsx";
import { MarkRunDialog } from "./mark-run-dialog.tsx";
import { RunFacts } from "./run-facts.tsx";
import { RunNoteDialog } from "./run-note-dialog.tsx";
import { TaskTimeline } from "./task-timeline.tsx";

const RunGraph = lazy(() =>
  import("../graph/run-graph.tsx").then((module) => ({ default: module.RunGraph })),
);

/** One run: its tasks on one time axis, or as a graph. */
export function RunPage() {
  const { dagId, runId } = useParams({ from: "/shell/dags/$dagId/runs/$runId" });
  const query = useQuery(runQuery(useApi(), dagId, runId));
  return (
    <QueryView query={query} rows={14}>
      {(run) => <LoadedRun run={run} />}
    </QueryView>
  );
}

function LoadedRun({ run }: { readonly run: DagRun }) {
  const { dialog, mark, view = "tasks" } = useSearch({ from: "/shell/dags/$dagId/runs/$runId" });
  const navigate = useNavigate({ from: "/dags/$dagId/runs/$runId" });
  const now = useNow();
  const close = (): void => {
    void navigate({ search: (old) => without(old, "dialog", "mark"), replace: true });
  };
  const refusal = useRefusal("editor", run.dag_id);
  const look = lookOfRun(run);
  const title = `Run ${renderRunTime(run.run_after, now)}`;
  return (
    <>
      <PageHead
        title={title}
        tabTitle={`${renderLook(look)}: ${run.dag_id} ${title}`}
        tone={toneOfRun(run)}
        before={<StateIcon look={look} size={20} />}
        after={<span className="text-2">{run.dag_display_name}</span>}
        actions={
          <>
            <NoteButton
              note={run.note}
              refusal={refusal}
              onClick={() =>
                void navigate({ search: (old) => ({ ...old, dialog: "note" as const }) })
              }
            />
            <MarkMenu
              marks={RUN_MARKS}
              current={run.state}
              refusal={refusal}
              onChoose={(chosen) => void navigate({ search: (old) => ({ ...old, mark: chosen }) })}
            />
            <span data-key="c">
              <Button
                acts
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
      />
      <RunMeta run={run} />
      <NoteBox note={run.note} />
      <div className="two-to-one">
        <Panel
          title="Tasks"
          actions={
            <Segments
              label="View of the run"
              isCompact
              value={view === "graph" ? "graph" : "tasks"}
              onChange={(value) => void navigate({ search: (old) => ({ ...old, view: value }) })}
              segments={[
                { value: "tasks", label: "Timeline" },
                { value: "graph", label: "Graph" },
              ]}
            />
          }
        >
          {view === "graph" ? <GraphOfRun run={run} /> : <TasksOfRun run={run} />}
        </Panel>
        <RunFacts run={run} />
      </div>
      {dialog === "clear" && (
        <ClearDialog dagId={run.dag_id} runId={run.dag_run_id} onClose={close} />
      )}
      {dialog === "note" && <RunNoteDialog run={run} onClose={close} />}
      {mark !== undefined && <MarkRunDialog run={run} mark={mark} onClose={close} />}
    </>
  );
}

function RunMeta({ run }: { readonly run: DagRun }) {
  return (
    <div className="meta">
      <StateSince
        look={lookOfRun(run)}
        since={run.queued_at}
        start={run.start_date}
        end={run.end_date}
      />
      <span>
        {run.run_type.replaceAll("_", " ")}
        {run.triggering_user_name !== null && ` by ${run.triggering_user_name}`}
      </span>
      <span>
        due <Instant at={run.run_after} as="run" /> UTC
      </span>
      <span>Dag version {run.dag_versions.at(-1)?.version_number}</span>
    </div>
  );
}

function TasksOfRun({ run }: { readonly run: DagRun }) {
  const query = useQuery(taskInstancesQuery(useApi(), run.dag_id, run.dag_run_id));
  return (
    <QueryView query={query}>
      {({ task_instances }) => <TaskTimeline instances={task_instances} />}
    </QueryView>
  );
}

/** Runs this far back may still be found in the summary that the graph is coloured from. */
const RUNS_TO_SEARCH = 100;

function GraphOfRun({ run }: { readonly run: DagRun }) {
  const query = useQuery(gridQuery(useApi(), run.dag_id, RUNS_TO_SEARCH));
  return (
    <QueryView query={query} rows={10}>
      {(grid) => <ColouredGraph grid={grid} run={run} />}
    </QueryView>
  );
}

function ColouredGraph({ grid, run }: { readonly grid: UiGrid; readonly run: DagRun }) {
  const navigate = useNavigate();
  const column = grid.runs.findIndex(({ dag_run_id }) => dag_run_id === run.dag_run_id);
  if (column === -1) {
    return (
      <p className="panel-body text-2 small">
        This run is older than the last {RUNS_TO_SEARCH}, which the graph is drawn from.
      </p>
    );
  }
  return (
    <Suspense fallback={<Skeleton rows={10} />}>
      <div className="run-graph">
        <RunGraph
          grid={grid}
          column={column}
          selected={undefined}
          onSelect={(rowId) => {
            const row = grid.rows.find(({ row_id }) => row_id === rowId);
            if (row === undefined || row.task_id === null) return;
            void navigate({
              to: "/dags/$dagId/runs/$runId/tasks/$taskId",
              params: { dagId: run.dag_id, runId: run.dag_run_id, taskId: row.task_id },
              search: row.unique_id === null ? {} : { node: row.unique_id },
            });
          }}
        />
      </div>
    </Suspense>
  );
}
