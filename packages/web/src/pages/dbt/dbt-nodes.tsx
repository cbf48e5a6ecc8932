import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { QueryView } from "../../app/query-view.tsx";
import { sortNodes } from "../task/node-order.ts";
import { NodePane } from "../task/node-pane.tsx";
import { NodeTable } from "../task/node-table.tsx";
import { dbtNodesQuery } from "./dbt-queries.ts";
import { uiNodeOf } from "./dbt-state.ts";
import type { DbtNode, DbtRun } from "./dbt-wire.ts";
import { ThreadTiming } from "./thread-timing.tsx";
import { useStartRun } from "./use-start-run.ts";

/** What dbt built, node by node; live while the run goes on. */
export function DbtNodes({ run }: { readonly run: DbtRun }) {
  const query = useQuery(dbtNodesQuery(String(run.id), !run.is_complete));
  return (
    <QueryView query={query}>
      {(nodes) => (nodes.length === 0 ? null : <LoadedNodes run={run} nodes={nodes} />)}
    </QueryView>
  );
}

function LoadedNodes({ run, nodes }: { readonly run: DbtRun; readonly nodes: readonly DbtNode[] }) {
  const { node: chosenId } = useSearch({
    from: "/shell/accounts/$accountId/projects/$projectId/runs/$runId",
  });
  const navigate = useNavigate({ from: "/accounts/$accountId/projects/$projectId/runs/$runId" });
  const start = useStartRun();
  const shown = nodes.map(uiNodeOf);
  const chosen =
    shown.find(({ unique_id }) => unique_id === chosenId) ?? sortNodes(shown, "worst")[0];
  return (
    <>
      <ThreadTiming nodes={nodes} />
      <NodeTable
        nodes={shown}
        chosen={chosen?.unique_id ?? ""}
        onChoose={(node) =>
          void navigate({ search: (old) => ({ ...old, node }), replace: true, resetScroll: false })
        }
      />
      {chosen !== undefined && (
        <NodePane
          key={chosen.unique_id}
          node={chosen}
          onRerun={(select) =>
            start.mutate({
              path: `/api/v2/accounts/${run.account_id}/jobs/${run.job_definition_id}/run/`,
              body: {
                cause: `Rerun from ${select} of run ${run.id}`,
                steps_override: [`dbt build --select ${select}`],
              },
            })
          }
        />
      )}
    </>
  );
}
