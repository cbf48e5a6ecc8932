import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { QueryView } from "../../app/query-view.tsx";
import { renderShown } from "../../format/number.ts";
import { sortNodes } from "../task/node-order.ts";
import { NodePane } from "../task/node-pane.tsx";
import { NodeTable } from "../task/node-table.tsx";
import { dbtNodeQuery, dbtNodesQuery } from "./dbt-queries.ts";
import { uiNodeOf } from "./dbt-state.ts";
import type { DbtNode, DbtRun } from "./dbt-wire.ts";
import { ThreadTiming } from "./thread-timing.tsx";
import { useStartRun } from "./use-start-run.ts";

/** What dbt built, node by node; live while the run goes on. */
export function DbtNodes({ run }: { readonly run: DbtRun }) {
  const query = useQuery(dbtNodesQuery(String(run.id), !run.is_complete));
  return (
    <QueryView query={query}>
      {({ items, total }) =>
        items.length === 0 ? null : <LoadedNodes run={run} nodes={items} total={total} />
      }
    </QueryView>
  );
}

function LoadedNodes({
  run,
  nodes,
  total,
}: {
  readonly run: DbtRun;
  readonly nodes: readonly DbtNode[];
  readonly total: number;
}) {
  const { node: chosenId } = useSearch({
    from: "/shell/accounts/$accountId/projects/$projectId/runs/$runId",
  });
  const navigate = useNavigate({ from: "/accounts/$accountId/projects/$projectId/runs/$runId" });
  const shown = nodes.map(uiNodeOf);
  const chosen = chosenId ?? sortNodes(shown, "worst")[0]?.unique_id;
  return (
    <>
      <ThreadTiming nodes={nodes} />
      {total > nodes.length && (
        <p className="text-2">
          {renderShown(nodes.length, total)} nodes are shown, failed ones first. run_results.json,
          below, has them all.
        </p>
      )}
      <NodeTable
        nodes={shown}
        chosen={chosen ?? ""}
        onChoose={(node) =>
          void navigate({ search: (old) => ({ ...old, node }), replace: true, resetScroll: false })
        }
      />
      {chosen !== undefined && <ChosenNode key={chosen} run={run} uniqueId={chosen} />}
    </>
  );
}

function ChosenNode({ run, uniqueId }: { readonly run: DbtRun; readonly uniqueId: string }) {
  const query = useQuery(dbtNodeQuery(String(run.id), uniqueId, !run.is_complete));
  const start = useStartRun();
  return (
    <QueryView query={query}>
      {(node) =>
        node === null ? null : (
          <NodePane
            node={uiNodeOf(node, 0)}
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
        )
      }
    </QueryView>
  );
}
