import type { Pool } from "@airloom/api";
import { useState } from "react";
import { EntryDialog } from "../../app/entry-dialog.tsx";
import { useApi } from "../../app/services.ts";
import { Choice, TextField } from "../../ui/field.tsx";

const PROTECTED = "default_pool";

/** Makes, changes or deletes a pool. */
export function PoolDialog({
  pool,
  refusal,
  onClose,
}: {
  readonly pool: Pool | undefined;
  readonly refusal: string | undefined;
  readonly onClose: () => void;
}) {
  const api = useApi();
  const [name, setName] = useState(pool?.name ?? "");
  const [slots, setSlots] = useState(String(pool?.slots ?? 4));
  const [description, setDescription] = useState(pool?.description ?? "");
  const [includesDeferred, setIncludesDeferred] = useState(pool?.include_deferred ?? false);
  const body = { slots: Number(slots), description, include_deferred: includesDeferred };
  return (
    <EntryDialog
      noun="pool"
      name={name}
      isNew={pool === undefined}
      queryKey="pools"
      problem={refusal ?? findProblem(name, slots)}
      keptBecause={name === PROTECTED ? "Tasks without a pool of their own run here" : refusal}
      afterDelete="Tasks that name it wait until there is a pool of that name again."
      save={() =>
        pool === undefined
          ? api.createPool({ body: { name, ...body } })
          : api.patchPool({ pool_name: pool.name, body })
      }
      remove={() => api.deletePool({ pool_name: name })}
      onClose={onClose}
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
    </EntryDialog>
  );
}

function findProblem(name: string, slots: string): string | undefined {
  if (name === "") return "A pool needs a name";
  const isWhole = /^-?\d+$/u.test(slots) && Number(slots) >= -1;
  return isWhole ? undefined : "Slots are a whole number from 0 on, or -1 for unlimited";
}
