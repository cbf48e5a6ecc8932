import { useState } from "react";
import { useApi } from "../../app/services.ts";
import { TokenOnce } from "../../app/token-once.tsx";
import { useNewToken } from "../../app/use-new-token.ts";
import { SelectField, TextField } from "../../ui/field.tsx";
import { FormDialog } from "../../ui/form-dialog.tsx";

const LIVES = [
  { value: "7", label: "After 7 days" },
  { value: "30", label: "After 30 days" },
  { value: "90", label: "After 90 days" },
  { value: "366", label: "After a year" },
] as const;

/** Makes an API token of one's own and shows it, this once. */
export function NewApiTokenDialog({ onClose }: { readonly onClose: () => void }) {
  const api = useApi();
  const [name, setName] = useState("");
  const [days, setDays] = useState("90");
  const create = useNewToken(
    () => api.createApiToken({ body: { name, expires_in_days: Number(days) } }),
    { queryKey: ["sessions"] },
  );
  if (create.data !== undefined) {
    return (
      <TokenOnce title="Your new token" token={create.data.token} onClose={onClose}>
        Programs send it as <span className="mono">Authorization: Bearer …</span> and may do what
        you may. It ends with a change of your password.
      </TokenOnce>
    );
  }
  const fault = name.trim() === "" ? "A token needs a name" : undefined;
  return (
    <FormDialog
      title="New API token"
      isNarrow
      action="Create token"
      problem={create.error?.message}
      disabledReason={create.isPending ? "Creating the token" : fault}
      onClose={onClose}
      onSubmit={() => create.mutate(undefined)}
    >
      <TextField
        label="Name"
        hint="Says where it is used, such as nightly-ci."
        value={name}
        onChange={setName}
      />
      <SelectField label="Expires" value={days} options={LIVES} onChange={setDays} />
    </FormDialog>
  );
}
