import type { Variable } from "@airloom/api";
import { useState } from "react";
import { EntryDialog } from "../../app/entry-dialog.tsx";
import { useApi } from "../../app/services.ts";
import { Choice, TextField } from "../../ui/field.tsx";

/** Makes, changes or deletes a variable. The value of a secret one is written, never read. */
export function VariableDialog({
  variable,
  refusal,
  onClose,
}: {
  readonly variable: Variable | undefined;
  readonly refusal: string | undefined;
  readonly onClose: () => void;
}) {
  const api = useApi();
  const [key, setKey] = useState(variable?.key ?? "");
  const [isSecret, setSecret] = useState(variable?.is_secret ?? false);
  // Nothing typed into the field of a kept secret means that it stays as it is.
  const keepsSecret = variable?.is_secret === true;
  const [value, setValue] = useState(keepsSecret ? "" : (variable?.value ?? ""));
  const [description, setDescription] = useState(variable?.description ?? "");
  const body = {
    description: description === "" ? null : description,
    is_secret: isSecret,
    ...(keepsSecret && value === "" ? {} : { value }),
  };
  return (
    <EntryDialog
      noun="variable"
      name={key}
      isNew={variable === undefined}
      queryKey="variables"
      problem={refusal ?? (key === "" ? "A variable needs a key" : undefined)}
      keptBecause={refusal}
      afterDelete="Its value is gone. Tasks that read it fail until it is set again."
      save={() =>
        variable === undefined
          ? api.createVariable({ body: { key, value, ...body } })
          : api.patchVariable({ variable_key: variable.key, body })
      }
      remove={() => api.deleteVariable({ variable_key: key })}
      onClose={onClose}
    >
      <TextField label="Key" value={key} onChange={setKey} isReadOnly={variable !== undefined} />
      <TextField
        label="Value"
        isMono
        lines={5}
        value={value}
        onChange={setValue}
        hint={
          keepsSecret
            ? "Encrypted and never shown again. Leave empty to keep it."
            : "Text or JSON; encrypted at rest."
        }
      />
      <TextField label="Description" isOptional value={description} onChange={setDescription} />
      <Choice
        label="Secret"
        hint="never shown again, and masked in every log"
        isChosen={isSecret}
        onChange={setSecret}
      />
    </EntryDialog>
  );
}
