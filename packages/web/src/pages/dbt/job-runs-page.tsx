import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { PageHead } from "../../app/page-head.tsx";
import { Pager } from "../../app/pager.tsx";
import { QueryView } from "../../app/query-view.tsx";
import { without } from "../../app/search.ts";
import { StateLabel } from "../../states/state-icon.tsx";
import { Segments } from "../../ui/segments.tsx";
import { DBT_PAGE_SIZE, dbtRunsQuery } from "./dbt-queries.ts";
import { DbtRunTable } from "./dbt-run-table.tsx";
import { DBT_LOOKS } from "./dbt-state.ts";

const STATUSES = [1, 3, 10, 20, 30] as const;

/** Runs across all jobs of an account. */
export function JobRunsPage() {
  const { accountId } = useParams({ from: "/shell/accounts/$accountId/runs" });
  const search = useSearch({ from: "/shell/accounts/$accountId/runs" });
  const navigate = useNavigate({ from: "/accounts/$accountId/runs" });
  const query = useQuery(dbtRunsQuery(accountId, search));
  return (
    <>
      <PageHead title="Job runs" after={<span className="text-3">{query.data?.total}</span>} />
      <div className="filters">
        <Segments
          label="Status"
          value={String(search.status ?? "any")}
          onChange={(value) =>
            void navigate({
              search: (old) => ({
                ...without(old, "status", "offset"),
                ...(value === "any" ? {} : { status: Number(value) }),
              }),
            })
          }
          segments={[
            { value: "any", label: "All" },
            ...STATUSES.map((status) => ({
              value: String(status),
              label: <StateLabel look={DBT_LOOKS[status]} size={13} />,
            })),
          ]}
        />
      </div>
      <QueryView query={query} rows={12}>
        {({ items, total }) => (
          <>
            <DbtRunTable runs={items} />
            <Pager
              offset={search.offset ?? 0}
              size={DBT_PAGE_SIZE}
              total={total}
              onMove={(offset) => void navigate({ search: (old) => ({ ...old, offset }) })}
            />
          </>
        )}
      </QueryView>
    </>
  );
}
