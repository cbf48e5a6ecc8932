import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { auditQuery } from "../../api/queries.ts";
import { PageHead } from "../../app/page-head.tsx";
import { Pager } from "../../app/pager.tsx";
import { QueryView } from "../../app/query-view.tsx";
import { useApi } from "../../app/services.ts";
import { Instant } from "../../app/time.tsx";
import { Empty } from "../../ui/empty.tsx";

const PAGE_SIZE = 100;

/** What people did, newest first. */
export function AuditPage() {
  const { offset = 0 } = useSearch({ from: "/shell/audit" });
  const navigate = useNavigate({ from: "/audit" });
  const query = useQuery(auditQuery(useApi(), { limit: PAGE_SIZE, offset }));
  return (
    <>
      <PageHead title="Audit log" />
      <QueryView query={query} rows={14}>
        {({ event_logs, total_entries }) =>
          event_logs.length === 0 ? (
            <Empty title="Nobody has done anything yet" />
          ) : (
            <>
              <div className="panel scroll">
                <table className="table">
                  <thead>
                    <tr>
                      <th>When</th>
                      <th>Who</th>
                      <th>What</th>
                      <th>Dag</th>
                      <th>Run</th>
                      <th>Task</th>
                      <th>More</th>
                    </tr>
                  </thead>
                  <tbody>
                    {event_logs.map((entry) => (
                      <tr key={entry.event_log_id}>
                        <td className="text-2">
                          <Instant at={entry.when} />
                        </td>
                        <td>{entry.owner}</td>
                        <td className="mono">{entry.event}</td>
                        <td>
                          {entry.dag_id !== null && (
                            <Link
                              to="/dags/$dagId"
                              params={{ dagId: entry.dag_id }}
                              className="link"
                            >
                              {entry.dag_id}
                            </Link>
                          )}
                        </td>
                        <td className="mono">{entry.run_id}</td>
                        <td className="mono">{entry.task_id}</td>
                        <td className="mono text-2">{entry.extra}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
              <Pager
                offset={offset}
                size={PAGE_SIZE}
                total={total_entries}
                onMove={(next) => void navigate({ search: { offset: next } })}
              />
            </>
          )
        }
      </QueryView>
    </>
  );
}
