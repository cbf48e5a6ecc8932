import type { UiHome } from "@airloom/api";
import { Link } from "@tanstack/react-router";
import { Instant, ZonedTime } from "../../app/time.tsx";
import { renderPlural, renderShown } from "../../format/number.ts";
import { Panel } from "../../ui/panel.tsx";
import { More } from "./more.tsx";

/** What the schedules start next, whatever its distance, each in its Dag's own zone. */
export function NextRuns({
  runs,
  pausedCount,
}: {
  readonly runs: UiHome["next_runs"];
  readonly pausedCount: number;
}) {
  return (
    <Panel
      title="Next runs"
      hint={runs.total === 0 ? "" : renderShown(runs.items.length, runs.total)}
    >
      {runs.total === 0 ? (
        <p className="panel-body text-3 small">
          Nothing starts by itself: no active Dag has a schedule
          {pausedCount > 0 && `; ${renderPlural(pausedCount, "Dag is", "Dags are")} paused`}.
        </p>
      ) : (
        <ul className="home-list">
          {runs.items.map((run) => (
            <li key={run.dag_id} className="next-line small" data-row>
              <Link to="/dags/$dagId" params={{ dagId: run.dag_id }} className="grow ellipsis">
                {run.dag_display_name}
              </Link>
              <span className="text-2 nowrap">
                <ZonedTime at={run.run_after} zone={run.timezone} />
              </span>
              <span className="text-3 next-distance">
                <Instant at={run.run_after} zone={run.timezone} />
              </span>
            </li>
          ))}
        </ul>
      )}
      <More
        list={runs}
        link={(words) => (
          <Link to="/dags" search={{}} className="link">
            {words}
          </Link>
        )}
      />
    </Panel>
  );
}
