import { RUN_STATES, type RunState } from "@airloom/api";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { runsQuery } from "../../api/queries.ts";
import { PageHead } from "../../app/page-head.tsx";
import { Pager } from "../../app/pager.tsx";
import { QueryView } from "../../app/query-view.tsx";
import { without } from "../../app/search.ts";
import { useApi } from "../../app/services.ts";
import { Instant } from "../../app/time.tsx";
import { renderCount } from "../../format/number.ts";
import { RUN_LOOKS } from "../../states/run-state.ts";
import { StateLabel } from "../../states/state-icon.tsx";
import { Icon } from "../../ui/icon.tsx";
import { SearchField } from "../../ui/search-field.tsx";
import { Segments } from "../../ui/segments.tsx";
import { RunTable } from "./run-table.tsx";

const PAGE_SIZE = 100;

/** Runs across all Dags. */
export function RunsPage() {
  const search = useSearch({ from: "/shell/runs" });
  const navigate = useNavigate({ from: "/runs" });
  const query = useQuery(
    runsQuery(useApi(), {
      dag_id: "~",
      limit: PAGE_SIZE,
      offset: search.offset ?? 0,
      order_by: ["-run_after"],
      state: search.state === undefined ? undefined : [search.state],
      run_id_pattern: search.q,
      run_after_gte: search.from,
      run_after_lt: search.to,
    }),
  );
  return (
    <>
      <PageHead
        title="Runs"
        after={
          query.data !== undefined && (
            <span className="text-3">{renderCount(query.data.total_entries)}</span>
          )
        }
      />
      <div className="filters">
        <Segments<RunState | "any">
          label="State"
          value={search.state ?? "any"}
          onChange={(value) =>
            void navigate({
              search: (old) => ({
                ...without(old, "state", "offset"),
                ...(value === "any" ? {} : { state: value }),
              }),
            })
          }
          segments={[
            { value: "any", label: "All" },
            ...RUN_STATES.map((state) => ({
              value: state,
              label: <StateLabel look={RUN_LOOKS[state]} size={13} />,
            })),
          ]}
        />
        <SearchField
          label="Filter by run ID"
          value={search.q ?? ""}
          onChange={(q) =>
            void navigate({ search: (old) => ({ ...without(old, "offset"), q }), replace: true })
          }
        />
        {search.from !== undefined && search.to !== undefined && (
          <button
            type="button"
            className="chip active"
            title="Remove this filter"
            onClick={() => void navigate({ search: (old) => without(old, "from", "to") })}
          >
            due <Instant at={search.from} as="short" /> to <Instant at={search.to} as="short" />
            <Icon name="x" />
          </button>
        )}
      </div>
      <QueryView query={query} rows={14}>
        {({ dag_runs, total_entries }) => (
          <>
            <RunTable runs={dag_runs} />
            <Pager
              offset={search.offset ?? 0}
              size={PAGE_SIZE}
              total={total_entries}
              onMove={(offset) => void navigate({ search: (old) => ({ ...old, offset }) })}
            />
          </>
        )}
      </QueryView>
    </>
  );
}
