import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { auditQuery } from "../../api/queries.ts";
import { PageHead } from "../../app/page-head.tsx";
import { Pager } from "../../app/pager.tsx";
import { QueryView } from "../../app/query-view.tsx";
import { useApi } from "../../app/services.ts";
import { Empty } from "../../ui/empty.tsx";
import { AuditTable } from "./audit-table.tsx";

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
              <AuditTable entries={event_logs} />
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
