import { useQuery } from "@tanstack/react-query";
import { Navigate } from "@tanstack/react-router";
import { QueryView } from "../../app/query-view.tsx";
import { Empty } from "../../ui/empty.tsx";
import { accountsQuery } from "./dbt-queries.ts";

/** Leads to the jobs of the first account; a job service of one's own has just that one. */
export function AccountsPage() {
  const query = useQuery(accountsQuery());
  return (
    <QueryView query={query}>
      {([first]) =>
        first === undefined ? (
          <Empty title="No account yet" command="airloom dev start">
            <p>The job service makes one when it starts with a project that has a dbt folder.</p>
          </Empty>
        ) : (
          <Navigate
            to="/accounts/$accountId/jobs"
            params={{ accountId: String(first.id) }}
            replace
          />
        )
      }
    </QueryView>
  );
}
