import type { UiHome } from "@airloom/api";
import { Link } from "@tanstack/react-router";
import { Instant } from "../../app/time.tsx";
import { Panel } from "../../ui/panel.tsx";

/** What the schedules start next. */
export function NextRuns({ runs }: { readonly runs: UiHome["next_runs"] }) {
  return (
    <Panel title="Next runs" hint="UTC">
      {runs.length === 0 ? (
        <p className="panel-body text-3 small">No unpaused Dag has a schedule.</p>
      ) : (
        <ul>
          {runs.map(({ dag_id, dag_display_name, run_after }) => (
            <li key={dag_id} className="next-line small">
              <span className="text-2">
                <Instant at={run_after} as="short" />
              </span>
              <Link to="/dags/$dagId" params={{ dagId: dag_id }} className="grow ellipsis">
                {dag_display_name}
              </Link>
              <span className="text-3">
                <Instant at={run_after} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
