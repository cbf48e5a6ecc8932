import type { Pool } from "@airloom/api";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { poolsQuery } from "../../api/queries.ts";
import { PageHead } from "../../app/page-head.tsx";
import { QueryView } from "../../app/query-view.tsx";
import { without } from "../../app/search.ts";
import { useApi } from "../../app/services.ts";
import { useRefusal } from "../../app/use-refusal.ts";
import { renderShown } from "../../format/number.ts";
import { Button } from "../../ui/button.tsx";
import { PoolDialog } from "./pool-dialog.tsx";

/** How many tasks may run at once, pool by pool. */
export function PoolsPage() {
  const search = useSearch({ from: "/shell/pools" });
  const navigate = useNavigate({ from: "/pools" });
  const refusal = useRefusal("admin");
  const query = useQuery(poolsQuery(useApi()));
  const edited = query.data?.pools.find(({ name }) => name === search.id);
  return (
    <>
      <PageHead
        title="Pools"
        after={
          <span className="text-3">
            {query.data && renderShown(query.data.pools.length, query.data.total_entries)}
          </span>
        }
        actions={
          <Button
            acts
            icon="plus"
            disabledReason={refusal}
            onClick={() => void navigate({ search: { isNew: true } })}
          >
            New pool
          </Button>
        }
      />
      <QueryView query={query}>
        {({ pools }) => (
          <div className="panel scroll">
            <table className="table">
              <thead>
                <tr>
                  <th>Pool</th>
                  <th className="number">Slots</th>
                  <th>In use</th>
                  <th className="number">Running</th>
                  <th className="number">Queued</th>
                  <th className="number">Scheduled</th>
                  <th className="number">Deferred</th>
                  <th>Description</th>
                </tr>
              </thead>
              <tbody>
                {pools.map((pool) => (
                  <PoolRow
                    key={pool.name}
                    pool={pool}
                    onOpen={() => void navigate({ search: { id: pool.name } })}
                  />
                ))}
              </tbody>
            </table>
          </div>
        )}
      </QueryView>
      {(edited !== undefined || search.isNew === true) && (
        <PoolDialog
          key={edited?.name ?? ""}
          pool={edited}
          refusal={refusal}
          onClose={() =>
            void navigate({ search: (old) => without(old, "id", "isNew"), replace: true })
          }
        />
      )}
    </>
  );
}

function PoolRow({ pool, onOpen }: { readonly pool: Pool; readonly onOpen: () => void }) {
  const isUnlimited = pool.slots < 0;
  return (
    <tr data-row>
      <td>
        <button type="button" data-opens className="cell-button strong" onClick={onOpen}>
          {pool.name}
        </button>
      </td>
      <td className="number">{isUnlimited ? "unlimited" : pool.slots}</td>
      <td>
        <span className="row">
          {!isUnlimited && (
            <progress
              aria-label={`${pool.name}: slots in use`}
              value={pool.occupied_slots}
              max={Math.max(1, pool.slots)}
            />
          )}
          <span className="text-2 nowrap">{pool.occupied_slots}</span>
        </span>
      </td>
      <td className="number">{pool.running_slots}</td>
      <td className="number">{pool.queued_slots}</td>
      <td className="number">{pool.scheduled_slots}</td>
      <td className="number">{pool.deferred_slots}</td>
      <td className="text-2">{pool.description}</td>
    </tr>
  );
}
