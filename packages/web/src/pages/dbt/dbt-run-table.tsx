import { Link } from "@tanstack/react-router";
import { Instant, Took } from "../../app/time.tsx";
import { StateLabel } from "../../states/state-icon.tsx";
import { Empty } from "../../ui/empty.tsx";
import { Cause } from "./cause.tsx";
import { DBT_LOOKS } from "./dbt-state.ts";
import { type DbtRun, isoOf } from "./dbt-wire.ts";

/** Runs of dbt jobs, newest first; on the page of one job they need not name it. */
export function DbtRunTable({
  runs,
  isOfOneJob = false,
}: {
  readonly runs: readonly DbtRun[];
  readonly isOfOneJob?: boolean;
}) {
  if (runs.length === 0) return <Empty title="No runs" />;
  const hasCommits = runs.some((run) => run.git_sha !== null);
  return (
    <div className="panel scroll">
      <table className="table">
        <thead>
          <tr>
            <th>Status</th>
            <th>Run</th>
            {!isOfOneJob && <th>Job</th>}
            <th>Cause</th>
            <th>Created</th>
            <th className="number">Took</th>
            {hasCommits && <th>Commit</th>}
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <tr key={run.id} data-row>
              <td>
                <StateLabel look={DBT_LOOKS[run.status]} />
              </td>
              <td>
                <Link
                  to="/accounts/$accountId/projects/$projectId/runs/$runId"
                  params={{
                    accountId: String(run.account_id),
                    projectId: String(run.project_id),
                    runId: String(run.id),
                  }}
                  className="link-plain strong"
                >
                  Run {run.id}
                </Link>
              </td>
              {!isOfOneJob && <td>{run.job?.name ?? run.job_definition_id}</td>}
              <td className="run-cause text-2">
                <Cause run={run} />
              </td>
              <td className="text-2">
                <Instant at={isoOf(run.created_at)} />
              </td>
              <td className="number">
                <Took start={isoOf(run.started_at)} end={isoOf(run.finished_at)} />
              </td>
              {hasCommits && <td className="mono text-2">{run.git_sha?.slice(0, 7)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
