import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { PageHead } from "../../app/page-head.tsx";
import { QueryView } from "../../app/query-view.tsx";
import { useServices } from "../../app/services.ts";
import { StateIcon } from "../../states/state-icon.tsx";
import { Button } from "../../ui/button.tsx";
import { Artifacts } from "./artifacts.tsx";
import { askDbt } from "./dbt-client.ts";
import { DbtNodes } from "./dbt-nodes.tsx";
import { dbtRunQuery } from "./dbt-queries.ts";
import { DBT_LOOKS } from "./dbt-state.ts";
import type { DbtRun } from "./dbt-wire.ts";
import { FactsStrip } from "./facts-strip.tsx";
import { Steps } from "./steps.tsx";
import { useStartRun } from "./use-start-run.ts";

/** One dbt run: facts, steps with their logs, node timing, nodes and artifacts on one page. */
export function DbtRunPage() {
  const { accountId, runId } = useParams({
    from: "/shell/accounts/$accountId/projects/$projectId/runs/$runId",
  });
  const query = useQuery(dbtRunQuery(accountId, runId));
  return (
    <QueryView query={query} rows={14}>
      {(run) => (
        <>
          <PageHead
            title={`Run ${run.id}`}
            tabTitle={`${DBT_LOOKS[run.status].label}: run ${run.id}`}
            tone={run.status === 20 ? "failed" : run.is_complete ? "plain" : "running"}
            before={<StateIcon look={DBT_LOOKS[run.status]} size={20} />}
            after={<JobLink run={run} />}
            actions={<RunActions run={run} />}
          />
          <FactsStrip run={run} />
          {run.status_message !== null && run.status === 20 && (
            <section className="error-box" aria-label="Error">
              <div className="message">{run.status_message}</div>
            </section>
          )}
          <div className="dbt-columns">
            <Steps run={run} />
            <div className="stack">
              <DbtNodes run={run} />
              <Artifacts run={run} />
            </div>
          </div>
        </>
      )}
    </QueryView>
  );
}

function JobLink({ run }: { readonly run: DbtRun }) {
  return (
    <Link
      to="/accounts/$accountId/projects/$projectId/jobs/$jobId"
      params={{
        accountId: String(run.account_id),
        projectId: String(run.project_id),
        jobId: String(run.job_definition_id),
      }}
      className="link"
    >
      {run.job?.name ?? `Job ${run.job_definition_id}`}
    </Link>
  );
}

const RETRY_REASONS: Readonly<Record<string, string>> = {
  RETRY_UNSUPPORTED_CMD: "The step that failed cannot be resumed",
  RETRY_UNSUPPORTED_VERSION: "This dbt version cannot resume",
  RETRY_NOT_LATEST_RUN: "Only the newest run of the job can be resumed",
  RETRY_NOT_FAILED_RUN: "The run has not failed",
  RETRY_NO_RUN_RESULTS: "The run left no run_results.json to resume from",
};

function RunActions({ run }: { readonly run: DbtRun }) {
  const start = useStartRun();
  const base = `/api/v2/accounts/${run.account_id}`;
  if (!run.is_complete) return <CancelButton run={run} />;
  const reason =
    RETRY_REASONS[run.retry_not_supported_reason ?? ""] ?? "This run cannot be resumed";
  const pending = start.isPending ? "Starting the run" : undefined;
  return (
    <>
      <Button
        acts
        icon="play"
        disabledReason={pending}
        onClick={() =>
          start.mutate({
            path: `${base}/jobs/${run.job_definition_id}/run/`,
            body: { cause: `Rerun of run ${run.id} from the start` },
          })
        }
      >
        Rerun from start
      </Button>
      {run.status !== 10 && (
        <span data-key="r">
          <Button
            icon="play"
            tone="primary"
            disabledReason={run.can_retry ? pending : reason}
            onClick={() => start.mutate({ path: `${base}/runs/${run.id}/retry/`, body: {} })}
          >
            Rerun from failure
          </Button>
        </span>
      )}
    </>
  );
}

function CancelButton({ run }: { readonly run: DbtRun }) {
  const { queryClient, toasts } = useServices();
  const cancel = useMutation({
    mutationFn: () =>
      askDbt(`/api/v2/accounts/${run.account_id}/runs/${run.id}/cancel/`, { body: {} }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["dbt"] }),
    onError: (error) => toasts.show(error.message, { tone: "bad" }),
  });
  return (
    <Button
      acts
      icon="stop"
      disabledReason={cancel.isPending ? "Cancelling" : undefined}
      onClick={() => cancel.mutate()}
    >
      Cancel run
    </Button>
  );
}
