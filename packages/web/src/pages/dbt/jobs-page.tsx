import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { PageHead } from "../../app/page-head.tsx";
import { QueryView } from "../../app/query-view.tsx";
import { Instant } from "../../app/time.tsx";
import { Empty } from "../../ui/empty.tsx";
import { jobsQuery } from "./dbt-queries.ts";
import { isoOf } from "./dbt-wire.ts";

/** The jobs of an account. */
export function JobsPage() {
  const { accountId } = useParams({ from: "/shell/accounts/$accountId/jobs" });
  const query = useQuery(jobsQuery(accountId));
  return (
    <>
      <PageHead title="Jobs" after={<span className="text-3">{query.data?.total}</span>} />
      <QueryView query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="No jobs yet">
              <p>
                Make one with any dbt Cloud client, or through POST /api/v2/accounts/{accountId}
                /jobs/.
              </p>
            </Empty>
          ) : (
            <div className="panel scroll">
              <table className="table">
                <thead>
                  <tr>
                    <th>Job</th>
                    <th>Commands</th>
                    <th>Schedule</th>
                    <th>Next run (UTC)</th>
                    <th className="number">ID</th>
                  </tr>
                </thead>
                <tbody>
                  {items.map((job) => (
                    <tr key={job.id} data-row>
                      <td>
                        <Link
                          to="/accounts/$accountId/projects/$projectId/jobs/$jobId"
                          params={{
                            accountId,
                            projectId: String(job.project_id),
                            jobId: String(job.id),
                          }}
                          className="link-plain strong"
                        >
                          {job.name}
                        </Link>
                      </td>
                      <td className="mono">{job.execute_steps.join("; ")}</td>
                      <td>{job.triggers?.schedule === true ? job.cron_humanized : "off"}</td>
                      <td>
                        {job.next_run === null || job.next_run === undefined ? (
                          <span className="text-3">none</span>
                        ) : (
                          <Instant at={isoOf(job.next_run)} as="short" />
                        )}
                      </td>
                      <td className="number text-2">{job.id}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </QueryView>
    </>
  );
}
