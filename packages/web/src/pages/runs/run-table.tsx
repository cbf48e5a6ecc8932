import type { DagRun } from "@airloom/api";
import { Link } from "@tanstack/react-router";
import { Instant, Took } from "../../app/time.tsx";
import { RunLabel } from "../../states/run-label.tsx";
import { Empty } from "../../ui/empty.tsx";

/** Runs, newest first, each a link to its page. */
export function RunTable({
  runs,
  hasDag = true,
}: {
  readonly runs: readonly DagRun[];
  readonly hasDag?: boolean;
}) {
  if (runs.length === 0) {
    return (
      <Empty title="No runs" command="airloom dags trigger DAG_ID">
        <p>Nothing has run that fits these filters.</p>
      </Empty>
    );
  }
  return (
    <div className="panel scroll">
      <table className="table">
        <thead>
          <tr>
            <th>State</th>
            {hasDag && <th>Dag</th>}
            <th className="run-id wide-only">Run</th>
            <th className="wide-only">Type</th>
            <th>Due (UTC)</th>
            <th>Started</th>
            <th className="number">Took</th>
            <th>Version</th>
            <th>Note</th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <RunRow key={`${run.dag_id} ${run.dag_run_id}`} run={run} hasDag={hasDag} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function RunRow({ run, hasDag }: { readonly run: DagRun; readonly hasDag: boolean }) {
  const params = { dagId: run.dag_id, runId: run.dag_run_id };
  return (
    <tr data-row>
      <td>
        <Link to="/dags/$dagId/runs/$runId" params={params}>
          <RunLabel run={run} />
        </Link>
      </td>
      {hasDag && (
        <td className="name" title={run.dag_display_name}>
          <Link to="/dags/$dagId" params={params} className="link-plain strong">
            {run.dag_display_name}
          </Link>
        </td>
      )}
      <td className="run-id wide-only">
        <Link to="/dags/$dagId/runs/$runId" params={params} className="mono link-plain">
          {run.dag_run_id}
        </Link>
      </td>
      <td className="wide-only text-2">
        {run.run_type.replaceAll("_", " ")}
        {run.triggering_user_name !== null && ` by ${run.triggering_user_name}`}
      </td>
      <td>
        <Instant at={run.run_after} as="run" />
      </td>
      <td className="text-2">
        <Instant at={run.start_date} />
      </td>
      <td className="number">
        <Took start={run.start_date} end={run.end_date} />
      </td>
      <td className="text-2">{run.dag_versions.at(-1)?.version_number}</td>
      <td className="text-2">{run.note}</td>
    </tr>
  );
}
