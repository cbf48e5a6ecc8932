import type { TaskInstance } from "@airloom/api";
import { useMutation, useQuery } from "@tanstack/react-query";
import { QueryView } from "../../app/query-view.tsx";
import { useServices } from "../../app/services.ts";
import { useRefusal } from "../../app/use-refusal.ts";
import { FormDialog } from "../../ui/form-dialog.tsx";
import { AffectedList } from "../clear/affected-list.tsx";

/** Gives an outcome by hand; lists whom that touches before anything changes. */
export function MarkDialog({
  dagId,
  title,
  hint,
  action,
  outcome,
  queryKey,
  load,
  mark,
  onClose,
}: {
  readonly dagId: string;
  readonly title: string;
  /** What follows from it, in plain words. */
  readonly hint: string;
  readonly action: string;
  /** What becomes of the tasks listed: `will be marked success`. */
  readonly outcome: string;
  readonly queryKey: readonly unknown[];
  /** The task instances it touches. */
  readonly load: (signal: AbortSignal) => Promise<readonly TaskInstance[]>;
  readonly mark: () => Promise<unknown>;
  readonly onClose: () => void;
}) {
  const { queryClient, toasts } = useServices();
  const dryRun = useQuery({
    queryKey: ["mark", ...queryKey],
    queryFn: ({ signal }) => load(signal),
    gcTime: 0,
  });
  const marking = useMutation({
    mutationFn: mark,
    onSuccess: async () => {
      toasts.show(`${title}: done`);
      onClose();
      await queryClient.invalidateQueries();
    },
  });
  const refusal = useRefusal("editor", dagId);
  const waiting = marking.isPending ? "Marking" : "Asking what it touches";
  const isReady = dryRun.data !== undefined && !marking.isPending;
  const reasonNot = refusal ?? (isReady ? undefined : waiting);
  return (
    <FormDialog
      title={title}
      hint={hint}
      action={action}
      problem={marking.error?.message}
      disabledReason={reasonNot}
      onClose={onClose}
      onSubmit={() => marking.mutate()}
    >
      <QueryView query={dryRun} rows={4}>
        {(instances) => <AffectedList instances={instances} outcome={outcome} />}
      </QueryView>
    </FormDialog>
  );
}
