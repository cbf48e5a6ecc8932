import type { UiDagCollection } from "@airloom/api";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { dagsQuery } from "../../api/queries.ts";
import { PageHead } from "../../app/page-head.tsx";
import { QueryView } from "../../app/query-view.tsx";
import { without } from "../../app/search.ts";
import { useApi } from "../../app/services.ts";
import { Empty } from "../../ui/empty.tsx";
import { TriggerDialog } from "../trigger/trigger-dialog.tsx";
import { DagFilters } from "./dag-filters.tsx";
import { DagTable } from "./dag-table.tsx";
import { ImportErrorsNote } from "./import-errors-note.tsx";

const LIMIT = 500;

/** Every Dag with its history, next run and dbt health; all filters live in the address. */
export function DagsPage() {
  const search = useSearch({ from: "/shell/dags" });
  const navigate = useNavigate({ from: "/dags" });
  const query = useQuery(
    dagsQuery(useApi(), {
      limit: LIMIT,
      search: search.q,
      tags: search.tag === undefined ? undefined : [...search.tag],
      exclude_tags: search.not === undefined ? undefined : [...search.not],
      owners: search.owner === undefined ? undefined : [...search.owner],
      segment: search.segment,
    }),
  );
  const { data } = query;
  return (
    <>
      <PageHead
        title="Dags"
        tone={data !== undefined && (data.segments.failing ?? 0) > 0 ? "failed" : "plain"}
        after={data !== undefined && <span className="text-3">{describeCount(data)}</span>}
      />
      <ImportErrorsNote />
      <DagFilters collection={data} />
      <QueryView query={query} rows={12}>
        {({ dags }) =>
          dags.length === 0 ? <NoDags isFiltered={isFiltered(search)} /> : <DagTable dags={dags} />
        }
      </QueryView>
      {search.trigger !== undefined && (
        <TriggerDialog
          dagId={search.trigger}
          onClose={() => void navigate({ search: (old) => without(old, "trigger"), replace: true })}
        />
      )}
    </>
  );
}

function describeCount({ dags, segments }: UiDagCollection): string {
  const all = segments.all ?? dags.length;
  return dags.length === all ? String(all) : `${dags.length} of ${all}`;
}

function isFiltered(search: Readonly<Record<string, unknown>>): boolean {
  return ["q", "tag", "not", "owner", "segment"].some((name) => search[name] !== undefined);
}

function NoDags({ isFiltered }: { readonly isFiltered: boolean }) {
  if (isFiltered) {
    return (
      <Empty title="No Dag matches these filters">
        <Link to="/dags" search={{}} className="link">
          Show all Dags
        </Link>
      </Empty>
    );
  }
  return (
    <Empty title="No Dags yet" command="airloom dev init my-project">
      <p>A Dag appears here within a second of its file being saved in the folder dags/.</p>
    </Empty>
  );
}
