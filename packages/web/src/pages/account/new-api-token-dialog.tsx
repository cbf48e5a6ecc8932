import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useServices } from "../../app/services.ts";
import { Button } from "../../ui/button.tsx";
import { Command } from "../../ui/command.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { DialogFoot } from "../../ui/dialog-foot.tsx";
import { SelectField, TextField } from "../../ui/field.tsx";

const LIVES = [
  { value: "7", label: "After 7 days" },
  { value: "30", label: "After 30 days" },
  { value: "90", label: "After 90 days" },
  { value: "366", label: "After a year" },
] as const;

/** Makes an API token of one's own and shows it, this once. */
export function NewApiTokenDialog({ onClose }: { readonly onClose: () => void }) {
  const { api, queryClient } = useServices();
  const [name, setName] = useState("");
  const [days, setDays] = useState("90");
  const create = useMutation({
    mutationFn: () => api.createApiToken({ body: { name, expires_in_days: Number(days) } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["sessions"] }),
    // Else the text of the token stays in memory for minutes after the dialog has closed.
    gcTime: 0,
  });
  if (create.data !== undefined) return <TokenOnce token={create.data.token} onClose={onClose} />;
  const refusal = create.isPending
    ? "Creating the token"
    : name.trim() === ""
      ? "A token needs a name"
      : undefined;
  return (
    <Dialog
      title="New API token"
      isNarrow
      onClose={onClose}
      onSubmit={() => {
        if (refusal === undefined) create.mutate();
      }}
      foot={
        <DialogFoot problem={create.error?.message} disabledReason={refusal} onClose={onClose}>
          Create token
        </DialogFoot>
      }
    >
      <TextField
        label="Name"
        hint="Says where it is used, such as nightly-ci."
        value={name}
        onChange={setName}
      />
      <SelectField label="Expires" value={days} options={LIVES} onChange={setDays} />
    </Dialog>
  );
}

function TokenOnce({ token, onClose }: { readonly token: string; readonly onClose: () => void }) {
  return (
    <Dialog
      title="Your new token"
      hint="Copy it now: only a hash is stored, so it is never shown again."
      onClose={onClose}
      onSubmit={onClose}
      foot={
        <>
          <span className="grow" />
          <Button type="submit" tone="primary">
            Done
          </Button>
        </>
      }
    >
      <Command text={token} />
      <p className="text-2 small">
        Programs send it as <span className="mono">Authorization: Bearer …</span> and may do what
        you may. It ends with a change of your password.
      </p>
    </Dialog>
  );
}
