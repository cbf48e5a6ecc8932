import type { Variable } from "@airloom/api";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useServices } from "../../app/services.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
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
  const { api, queryClient, toasts } = useServices();
  const [key, setKey] = useState(variable?.key ?? "");
  const [isSecret, setSecret] = useState(variable?.is_secret ?? false);
  // Nothing typed into the field of a kept secret means that it stays as it is.
  const keepsSecret = variable?.is_secret === true;
  const [value, setValue] = useState(keepsSecret ? "" : (variable?.value ?? ""));
  const [description, setDescription] = useState(variable?.description ?? "");

  const done = async (text: string): Promise<void> => {
    toasts.show(text);
    onClose();
    await queryClient.invalidateQueries({ queryKey: ["variables"] });
  };
  const body = {
    description: description === "" ? null : description,
    is_secret: isSecret,
    ...(keepsSecret && value === "" ? {} : { value }),
  };
  const save = useMutation({
    mutationFn: () =>
      variable === undefined
        ? api.createVariable({ body: { key, value, ...body } })
        : api.patchVariable({ variable_key: variable.key, body }),
    onSuccess: () => done(`Saved variable ${key}`),
  });
  const remove = useMutation({
    mutationFn: () => api.deleteVariable({ variable_key: key }),
    onSuccess: () => done(`Deleted variable ${key}`),
  });
  const problem = key === "" ? "A variable needs a key" : refusal;
  return (
    <Dialog
      title={variable === undefined ? "New variable" : `Variable ${variable.key}`}
      isNarrow
      onClose={onClose}
      onSubmit={() => {
        if (problem === undefined) save.mutate();
      }}
      foot={
        <>
          {variable !== undefined && (
            <Button
              tone="danger"
              icon="trash"
              disabledReason={refusal}
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
      <TextField
        label="Key"
        value={key}
        onChange={setKey}
        isReadOnly={variable !== undefined}
        isAutoFocused={variable === undefined}
      />
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
    </Dialog>
  );
}
