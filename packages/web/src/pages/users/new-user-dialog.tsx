import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useServices } from "../../app/services.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { DialogFoot } from "../../ui/dialog-foot.tsx";
import { SelectField, TextField } from "../../ui/field.tsx";
import { findPasswordFault, ROLES, type RoleName, roleOf } from "./roles.ts";

/** Makes a user. */
export function NewUserDialog({ onClose }: { readonly onClose: () => void }) {
  const { api, queryClient, toasts } = useServices();
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const [role, setRole] = useState<RoleName>("viewer");
  const create = useMutation({
    mutationFn: () => api.createUser({ body: { username, password, role } }),
    onSuccess: async () => {
      toasts.show(`Made user ${username}`);
      onClose();
      await queryClient.invalidateQueries({ queryKey: ["users"] });
    },
  });
  const fault = username === "" ? "A user needs a name" : findPasswordFault(password);
  const refusal = create.isPending ? "Saving" : fault;
  return (
    <Dialog
      title="New user"
      isNarrow
      onClose={onClose}
      onSubmit={() => {
        if (refusal === undefined) create.mutate();
      }}
      foot={
        <DialogFoot problem={create.error?.message} disabledReason={refusal} onClose={onClose}>
          Make user
        </DialogFoot>
      }
    >
      <TextField label="Name" value={username} onChange={setUsername} />
      <TextField
        label="Password"
        type="password"
        autoComplete="new-password"
        hint="The user can change it after signing in."
        value={password}
        onChange={setPassword}
      />
      <SelectField
        label="Role"
        value={role}
        options={ROLES}
        onChange={(text) => setRole(roleOf(text))}
      />
    </Dialog>
  );
}
