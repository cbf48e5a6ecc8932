import { useQuery } from "@tanstack/react-query";
import { onThisHost } from "../../app/on-this-host.ts";
import { sessionQuery } from "./dbt-queries.ts";
import type { DbtRun } from "./dbt-wire.ts";
import { parseCause, renderCause } from "./parse-cause.ts";

/** Why a run was started; on hover the whole text with the provider's mark. */
export function Cause({ run }: { readonly run: DbtRun }) {
  const cause = run.trigger?.cause ?? "";
  return <span title={cause}>{renderCause(cause)}</span>;
}

/** The way back to the task that started a run, where the cause names it. */
export function TaskLink({ run }: { readonly run: DbtRun }) {
  const { data: session } = useQuery(sessionQuery());
  const url = session?.platform_url ?? null;
  const task = parseCause(run.trigger?.cause ?? "");
  if (url === null || task === undefined) return null;
  const [dagId, runId, taskId] = [task.dagId, task.runId, task.taskId].map(encodeURIComponent);
  const map = task.mapIndex === undefined ? "" : `?map=${task.mapIndex}`;
  return (
    <a
      className="link"
      href={onThisHost(new URL(`/dags/${dagId}/runs/${runId}/tasks/${taskId}${map}`, url))}
    >
      Open task {task.taskId}
    </a>
  );
}
