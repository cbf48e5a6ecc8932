import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useServices } from "../../app/services.ts";
import { TextField } from "../../ui/field.tsx";
import { FormDialog } from "../../ui/form-dialog.tsx";
import { findPasswordFault } from "../users/roles.ts";

/** Changes one's own password. */
export function PasswordDialog({ onClose }: { readonly onClose: () => void }) {
  const { api, queryClient, toasts } = useServices();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const change = useMutation({
    mutationFn: () =>
      api.changePassword({ body: { current_password: current, new_password: next } }),
    onSuccess: async () => {
      toasts.show("Changed your password; all other sessions and tokens have ended");
      onClose();
      await queryClient.invalidateQueries({ queryKey: ["sessions"] });
    },
  });
  const fault = current === "" ? "Give the current password" : findPasswordFault(next);
  return (
    <FormDialog
      title="Change password"
      isNarrow
      action="Change password"
      problem={change.error?.message}
      disabledReason={change.isPending ? "Saving" : fault}
      onClose={onClose}
      onSubmit={() => change.mutate()}
    >
      <TextField
        label="Current password"
        type="password"
        autoComplete="current-password"
        value={current}
        onChange={setCurrent}
      />
      <TextField
        label="New password"
        type="password"
        autoComplete="new-password"
        hint="Ends all your other sessions and your API tokens."
        value={next}
        onChange={setNext}
      />
    </FormDialog>
  );
}
