import { useMutation } from "@tanstack/react-query";
import { useServices } from "../../app/services.ts";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { askDbt } from "./dbt-client.ts";
import type { DbtToken } from "./dbt-wire.ts";

/** Asks before a token stops working. */
export function RevokeTokenDialog({
  accountId,
  token,
  onClose,
}: {
  readonly accountId: string;
  readonly token: DbtToken;
  readonly onClose: () => void;
}) {
  const { queryClient, toasts } = useServices();
  const revoke = useMutation({
    mutationFn: () =>
      // dbt Cloud's way to delete with a POST.
      askDbt(`/api/v3/accounts/${accountId}/service-tokens/${token.id}/`, { body: { state: 2 } }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ["dbt", "tokens"] });
      toasts.show(`Revoked ${token.name}`);
      onClose();
    },
  });
  return (
    <ConfirmDialog
      title={`Revoke ${token.name}?`}
      action="Revoke token"
      isPending={revoke.isPending}
      problem={revoke.error?.message}
      onConfirm={() => revoke.mutate()}
      onClose={onClose}
    >
      <p>Whatever uses it is refused from the next request on. This cannot be undone.</p>
    </ConfirmDialog>
  );
}
