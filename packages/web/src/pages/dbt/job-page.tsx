import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { PageHead } from "../../app/page-head.tsx";
import { QueryView } from "../../app/query-view.tsx";
import { Instant } from "../../app/time.tsx";
import { Button } from "../../ui/button.tsx";
import { Command } from "../../ui/command.tsx";
import { Facts } from "../../ui/facts.tsx";
import { Panel } from "../../ui/panel.tsx";
import { dbtRunsQuery, jobQuery } from "./dbt-queries.ts";
import { DbtRunTable } from "./dbt-run-table.tsx";
import { type DbtJob, isoOf } from "./dbt-wire.ts";
import { useStartRun } from "./use-start-run.ts";

/** One dbt job: its commands, its settings and its runs. */
export function JobPage() {
  const { accountId, jobId } = useParams({
    from: "/shell/accounts/$accountId/projects/$projectId/jobs/$jobId",
  });
  const job = useQuery(jobQuery(accountId, jobId));
  const runs = useQuery(dbtRunsQuery(accountId, { jobId }));
  const start = useStartRun();
  const last = runs.data?.items[0];
  return (
    <>
      <PageHead
        title={job.data?.name ?? `Job ${jobId}`}
        tone={last?.status === 20 ? "failed" : last?.status === 3 ? "running" : "plain"}
        after={<span className="text-3">Job {jobId}</span>}
        actions={
          <span data-key="t">
            <Button
              tone="primary"
              icon="play"
              disabledReason={start.isPending ? "Starting the run" : undefined}
              onClick={() =>
                start.mutate({
                  path: `/api/v2/accounts/${accountId}/jobs/${jobId}/run/`,
                  body: { cause: "Triggered from the job's page" },
                })
              }
            >
              Run now
            </Button>
          </span>
        }
      />
      <div className="two-to-one">
        <QueryView query={runs}>{({ items }) => <DbtRunTable runs={items} isOfOneJob />}</QueryView>
        <QueryView query={job}>{(data) => <JobFacts job={data} />}</QueryView>
      </div>
    </>
  );
}

function JobFacts({ job }: { readonly job: DbtJob }) {
  const nextRun = isoOf(job.next_run ?? null);
  return (
    <div className="stack">
      <Panel title="Commands" hint={job.execute_steps.length}>
        <div className="panel-body stack">
          {job.execute_steps.map((step) => (
            <Command key={step} text={step} />
          ))}
        </div>
      </Panel>
      <Panel title="Settings">
        <div className="panel-body">
          <Facts
            facts={{
              Description: job.description,
              Schedule: job.triggers?.schedule === true ? job.cron_humanized : "off",
              "Next run": nextRun === null ? null : <Instant at={nextRun} />,
              Threads: job.settings?.threads,
              Target: job.settings?.target_name,
              "dbt version": job.dbt_version,
              Docs: job.generate_docs === true ? "generated on run" : "not generated",
              "Account / project / job": (
                <span className="mono">
                  {job.account_id} / {job.project_id} / {job.id}
                </span>
              ),
            }}
          />
        </div>
      </Panel>
    </div>
  );
}
