import type { Role } from "@airloom/api";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useServices } from "../../app/services.ts";
import { SelectField, TextField } from "../../ui/field.tsx";
import { FormDialog } from "../../ui/form-dialog.tsx";
import { findPasswordFault, ROLES, roleOf } from "./roles.ts";

/** Makes a user. */
export function NewUserDialog({ onClose }: { readonly onClose: () => void }) {
  const { api, queryClient, toasts } = useServices();
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const [role, setRole] = useState<Role>("viewer");
  const create = useMutation({
    mutationFn: () => api.createUser({ body: { username, password, role } }),
    onSuccess: async () => {
      toasts.show(`Made user ${username}`);
      onClose();
      await queryClient.invalidateQueries({ queryKey: ["users"] });
    },
  });
  const fault = username === "" ? "A user needs a name" : findPasswordFault(password);
  return (
    <FormDialog
      title="New user"
      isNarrow
      action="Make user"
      problem={create.error?.message}
      disabledReason={create.isPending ? "Saving" : fault}
      onClose={onClose}
      onSubmit={() => create.mutate()}
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
    </FormDialog>
  );
}
