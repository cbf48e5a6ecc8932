import type { Pool } from "@airloom/api";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { poolsQuery } from "../../api/queries.ts";
import { PageHead } from "../../app/page-head.tsx";
import { QueryView } from "../../app/query-view.tsx";
import { without } from "../../app/search.ts";
import { useApi, useServices } from "../../app/services.ts";
import { useRefusal } from "../../app/use-refusal.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Choice, TextField } from "../../ui/field.tsx";

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
        after={<span className="text-3">{query.data?.total_entries}</span>}
        actions={
          <Button
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
        <button type="button" className="cell-button strong" onClick={onOpen}>
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

const PROTECTED = "default_pool";

function PoolDialog({
  pool,
  refusal,
  onClose,
}: {
  readonly pool: Pool | undefined;
  readonly refusal: string | undefined;
  readonly onClose: () => void;
}) {
  const { api, queryClient, toasts } = useServices();
  const [name, setName] = useState(pool?.name ?? "");
  const [slots, setSlots] = useState(String(pool?.slots ?? 4));
  const [description, setDescription] = useState(pool?.description ?? "");
  const [includesDeferred, setIncludesDeferred] = useState(pool?.include_deferred ?? false);
  const body = { slots: Number(slots), description, include_deferred: includesDeferred };
  const done = async (text: string): Promise<void> => {
    toasts.show(text);
    onClose();
    await queryClient.invalidateQueries({ queryKey: ["pools"] });
  };
  const save = useMutation({
    mutationFn: () =>
      pool === undefined
        ? api.createPool({ body: { name, ...body } })
        : api.patchPool({ pool_name: pool.name, body }),
    onSuccess: () => done(`Saved pool ${name}`),
  });
  const remove = useMutation({
    mutationFn: () => api.deletePool({ pool_name: name }),
    onSuccess: () => done(`Deleted pool ${name}`),
  });
  const isWhole = /^-?\d+$/u.test(slots) && Number(slots) >= -1;
  const problem = name === "" ? "A pool needs a name" : isWhole ? refusal : "Slots are whole";
  return (
    <Dialog
      title={pool === undefined ? "New pool" : `Pool ${pool.name}`}
      isNarrow
      onClose={onClose}
      onSubmit={() => {
        if (problem === undefined) save.mutate();
      }}
      foot={
        <>
          {pool !== undefined && (
            <Button
              tone="danger"
              icon="trash"
              disabledReason={
                pool.name === PROTECTED ? "Tasks without a pool of their own run here" : refusal
              }
              onClick={() => remove.mutate()}
            >
              Delete
            </Button>
          )}
          <span className="grow" role="alert">
            {(save.error ?? remove.error)?.message}
          </span>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" tone="primary" disabledReason={problem}>
            Save
          </Button>
        </>
      }
    >
      <TextField label="Name" value={name} onChange={setName} isReadOnly={pool !== undefined} />
      <TextField
        label="Slots"
        type="number"
        value={slots}
        onChange={setSlots}
        hint="How many slots tasks may hold at once; -1 is unlimited."
      />
      <TextField label="Description" isOptional value={description} onChange={setDescription} />
      <Choice
        label="Deferred tasks hold slots too"
        isChosen={includesDeferred}
        onChange={setIncludesDeferred}
      />
    </Dialog>
  );
}
