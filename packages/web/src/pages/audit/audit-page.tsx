import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { auditQuery } from "../../api/queries.ts";
import { ForRole } from "../../app/for-role.tsx";
import { PageHead } from "../../app/page-head.tsx";
import { Pager } from "../../app/pager.tsx";
import { QueryView } from "../../app/query-view.tsx";
import { without } from "../../app/search.ts";
import { useApi } from "../../app/services.ts";
import { Empty } from "../../ui/empty.tsx";
import { SearchField } from "../../ui/search-field.tsx";
import { AuditTable } from "./audit-table.tsx";

const PAGE_SIZE = 100;

const FILTERS = [
  { name: "event", label: "Filter by event" },
  { name: "user", label: "Filter by user" },
  { name: "dag", label: "Filter by Dag" },
] as const;

/** What people did, newest first. */
export function AuditPage() {
  return (
    <ForRole least="editor" title="Audit log" hint="It holds what people did, and where from.">
      <AllEntries />
    </ForRole>
  );
}

function AllEntries() {
  const search = useSearch({ from: "/shell/audit" });
  const { event, user, dag, offset = 0 } = search;
  const navigate = useNavigate({ from: "/audit" });
  const query = useQuery(
    auditQuery(useApi(), {
      event_pattern: event,
      owner_pattern: user,
      dag_id_pattern: dag,
      limit: PAGE_SIZE,
      offset,
    }),
  );
  const isFiltered = FILTERS.some(({ name }) => search[name] !== undefined);
  return (
    <>
      <PageHead title="Audit log" />
      <div className="filters">
        {FILTERS.map(({ name, label }) => (
          <SearchField
            key={name}
            label={label}
            value={search[name] ?? ""}
            onChange={(text) =>
              void navigate({
                search: (old) => ({ ...without(old, "offset"), [name]: text || undefined }),
                replace: true,
              })
            }
          />
        ))}
      </div>
      <QueryView query={query} rows={14}>
        {({ event_logs, total_entries }) =>
          event_logs.length === 0 ? (
            <NoEntries isFiltered={isFiltered} />
          ) : (
            <>
              <AuditTable entries={event_logs} />
              <Pager
                offset={offset}
                size={PAGE_SIZE}
                total={total_entries}
                onMove={(next) => void navigate({ search: (old) => ({ ...old, offset: next }) })}
              />
            </>
          )
        }
      </QueryView>
    </>
  );
}

function NoEntries({ isFiltered }: { readonly isFiltered: boolean }) {
  if (!isFiltered) return <Empty title="Nobody has done anything yet" />;
  return (
    <Empty title="Nothing in the log matches these filters">
      <Link to="/audit" search={{}} className="link">
        Show the whole log
      </Link>
    </Empty>
  );
}
