import { describeTrouble, type UiHome } from "@airloom/api";
import { Link } from "@tanstack/react-router";
import { Took } from "../../app/time.tsx";
import { renderDuration } from "../../format/duration.ts";
import { renderPlural, renderShown } from "../../format/number.ts";
import { lookOfRun } from "../../states/run-state.ts";
import { StateIcon } from "../../states/state-icon.tsx";
import { Panel } from "../../ui/panel.tsx";
import { More } from "./more.tsx";

/** Runs under way, each with how far it is. */
export function RunningNow({ runs }: { readonly runs: UiHome["running"] }) {
  return (
    <Panel title="Running now" hint={renderShown(runs.items.length, runs.total)}>
      {runs.total === 0 ? (
        <p className="panel-body text-3 small">Nothing runs.</p>
      ) : (
        <ul className="home-list">
          {runs.items.map((run) => (
            <RunningLine key={`${run.dag_id} ${run.dag_run_id}`} run={run} />
          ))}
        </ul>
      )}
      <More
        list={runs}
        link={(words) => (
          <Link to="/runs" search={{ state: "running" }} className="link">
            {words}
          </Link>
        )}
      />
    </Panel>
  );
}

function RunningLine({ run }: { readonly run: UiHome["running"]["items"][number] }) {
  const trouble = describeTrouble(run);
  return (
    <li className="running-line" data-row>
      <div className="row">
        <StateIcon look={lookOfRun(run)} />
        <Link
          to="/dags/$dagId/runs/$runId"
          params={{ dagId: run.dag_id, runId: run.dag_run_id }}
          className="grow ellipsis"
        >
          {run.dag_id}
        </Link>
        <span className="text-2 small">
          <Took start={run.start_date} end={run.end_date} />
        </span>
      </div>
      <div className="row running-progress">
        <progress
          aria-label={`${run.dag_id}: tasks done`}
          value={run.tasks_done}
          max={Math.max(1, run.tasks_total)}
        />
        <span className="text-3 tiny nowrap">
          {run.tasks_done} of {renderPlural(run.tasks_total, "task")}
          {run.usual_duration !== null && `, usually ${renderDuration(run.usual_duration)}`}
        </span>
      </div>
      {trouble !== "" && <div className="run-trouble tiny running-progress">{trouble}</div>}
    </li>
  );
}
