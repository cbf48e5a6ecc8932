import { useQuery } from "@tanstack/react-query";
import { dagDetailsQuery } from "../../api/queries.ts";
import { QueryView } from "../../app/query-view.tsx";
import { useApi } from "../../app/services.ts";
import { Instant } from "../../app/time.tsx";
import { Facts } from "../../ui/facts.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Schedule } from "./schedule-text.tsx";

/** Everything the Dag's file says about the Dag as a whole. */
export function DetailsTab({ dagId }: { readonly dagId: string }) {
  const query = useQuery(dagDetailsQuery(useApi(), dagId));
  return (
    <QueryView query={query}>
      {(dag) => (
        <div className="two-columns">
          <Panel title="Details">
            <div className="panel-body">
              <Facts
                facts={{
                  "Dag ID": <span className="mono">{dag.dag_id}</span>,
                  Description: dag.description,
                  File: <span className="mono">{dag.fileloc}</span>,
                  Version: dag.latest_dag_version?.version_number,
                  Schedule: <Schedule dag={dag} />,
                  "Time zone": dag.timezone,
                  "Start date": <Instant at={dag.start_date} as="full" />,
                  "End date": dag.end_date && <Instant at={dag.end_date} as="full" />,
                  Catchup: dag.catchup ? "yes" : "no",
                  "Max active runs": dag.max_active_runs,
                  "Max active tasks": dag.max_active_tasks,
                  "Run timeout": dag.dag_run_timeout,
                  Owners: dag.owners.join(", "),
                  Tags: dag.tags.map(({ name }) => name).join(", "),
                }}
              />
            </div>
          </Panel>
          <div className="stack">
            {dag.doc_md !== null && (
              <Panel title="Documentation">
                <pre className="panel-body prose">{dag.doc_md}</pre>
              </Panel>
            )}
            <Panel title="Params">
              {Object.keys(dag.params ?? {}).length === 0 ? (
                <p className="panel-body text-3 small">The Dag declares none.</p>
              ) : (
                <pre className="code padded">{JSON.stringify(dag.params, null, 2)}</pre>
              )}
            </Panel>
          </div>
        </div>
      )}
    </QueryView>
  );
}
