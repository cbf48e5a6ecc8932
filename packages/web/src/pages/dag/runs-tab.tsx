import { useQuery } from "@tanstack/react-query";
import { runsQuery } from "../../api/queries.ts";
import { QueryView } from "../../app/query-view.tsx";
import { useApi } from "../../app/services.ts";
import { RunTable } from "../runs/run-table.tsx";

/** The newest runs of one Dag. */
export function RunsTab({ dagId }: { readonly dagId: string }) {
  const query = useQuery(
    runsQuery(useApi(), { dag_id: dagId, limit: 100, order_by: ["-run_after"] }),
  );
  return (
    <QueryView query={query}>
      {({ dag_runs }) => <RunTable runs={dag_runs} hasDag={false} />}
    </QueryView>
  );
}
