import type { UiGrid } from "@airloom/api";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { gridQuery } from "../../api/queries.ts";
import { PageHead } from "../../app/page-head.tsx";
import { QueryView } from "../../app/query-view.tsx";
import { without } from "../../app/search.ts";
import { useApi } from "../../app/services.ts";
import { Instant, ZonedTime } from "../../app/time.tsx";
import { useRefusal } from "../../app/use-refusal.ts";
import { renderDuration } from "../../format/duration.ts";
import { isTroubled, lookOfRun, toneOfRun } from "../../states/run-state.ts";
import { StateLabel } from "../../states/state-icon.tsx";
import { Button } from "../../ui/button.tsx";
import { FileAction } from "../import-error/file-action.tsx";
import { ImportErrorText } from "../import-error/import-error-text.tsx";
import { TriggerDialog } from "../trigger/trigger-dialog.tsx";
import { CodeTab } from "./code-tab.tsx";
import { DagTabs } from "./dag-tabs.tsx";
import { DetailsTab } from "./details-tab.tsx";
import { GridTab } from "./grid-tab.tsx";
import { PauseSwitch } from "./pause-switch.tsx";
import { RunsTab } from "./runs-tab.tsx";
import { Schedule } from "./schedule-text.tsx";
import { TasksTab } from "./tasks-tab.tsx";
import { TypeErrorsNote } from "./type-errors-note.tsx";

const DEFAULT_RUNS = 25;

/** One Dag: its history as a grid beside the graph of one run, and what else there is to know. */
export function DagPage() {
  const { dagId } = useParams({ from: "/shell/dags/$dagId" });
  const search = useSearch({ from: "/shell/dags/$dagId" });
  const navigate = useNavigate({ from: "/dags/$dagId" });
  const query = useQuery(gridQuery(useApi(), dagId, search.runs ?? DEFAULT_RUNS));
  const refusal = useRefusal("editor", dagId);
  const last = query.data?.runs.at(-1);
  const tone = last === undefined ? "plain" : toneOfRun(last);
  return (
    <>
      <PageHead
        title={dagId}
        tabTitle={tone === "failed" ? `Failed: ${dagId}` : dagId}
        tone={tone}
        before={
          query.data !== undefined && (
            <PauseSwitch dagId={dagId} isPaused={query.data.dag.is_paused} />
          )
        }
        after={query.data?.dag.tags.map((tag) => (
          <span key={tag} className="tag">
            {tag}
          </span>
        ))}
        actions={
          <span data-key="t">
            <Button
              tone="primary"
              icon="play"
              disabledReason={
                query.isError && last === undefined ? "The Dag could not be loaded" : refusal
              }
              onClick={() =>
                void navigate({ search: (old) => ({ ...old, dialog: "trigger" as const }) })
              }
            >
              Trigger
            </Button>
          </span>
        }
      />
      <QueryView query={query} rows={14}>
        {(grid) => (
          <>
            <DagMeta grid={grid} />
            {grid.dag.import_error !== null && <BrokenFile error={grid.dag.import_error} />}
            <TypeErrorsNote dag={grid.dag} />
            <DagTabs grid={grid} tab={search.tab ?? "grid"} />
            <DagTab grid={grid} tab={search.tab ?? "grid"} />
          </>
        )}
      </QueryView>
      {search.dialog === "trigger" && (
        <TriggerDialog
          dagId={dagId}
          onClose={() => void navigate({ search: (old) => without(old, "dialog"), replace: true })}
        />
      )}
    </>
  );
}

function DagTab({ grid, tab }: { readonly grid: UiGrid; readonly tab: string }) {
  switch (tab) {
    case "runs":
      return <RunsTab dagId={grid.dag.dag_id} />;
    case "tasks":
      return <TasksTab dagId={grid.dag.dag_id} />;
    case "code":
      return <CodeTab dagId={grid.dag.dag_id} />;
    case "details":
      return <DetailsTab dagId={grid.dag.dag_id} />;
    default:
      return <GridTab grid={grid} />;
  }
}

function DagMeta({ grid: { dag, runs } }: { readonly grid: UiGrid }) {
  const last = runs.at(-1);
  return (
    <div className="meta">
      {last !== undefined && isTroubled(last) && (
        <span>
          <StateLabel look={lookOfRun(last)} />
        </span>
      )}
      <span>
        <Schedule dag={dag} />{" "}
        {dag.timetable_summary !== null && <span className="dag-zone">{dag.timezone}</span>}
      </span>
      {dag.next_dagrun_run_after !== null && !dag.is_paused && (
        <span>
          Next <ZonedTime at={dag.next_dagrun_run_after} zone={dag.timezone} isExact />{" "}
          <span className="text-3">
            <Instant at={dag.next_dagrun_run_after} zone={dag.timezone} />
          </span>
        </span>
      )}
      <span>Owner {dag.owners.join(", ")}</span>
      <span>
        Version {dag.version_number}, read <Instant at={dag.last_parsed_time} />
      </span>
      <span>
        Active runs {dag.active_runs_count} of {dag.max_active_runs}
      </span>
      {dag.usual_duration !== null && <span>Usually {renderDuration(dag.usual_duration)}</span>}
    </div>
  );
}

function BrokenFile({ error }: { readonly error: NonNullable<UiGrid["dag"]["import_error"]> }) {
  return (
    <div className="error-box" role="alert">
      <div className="grow">
        <ImportErrorText error={error} action={<FileAction error={error} />} />
      </div>
    </div>
  );
}
