import type { TaskInstance } from "@airloom/api";
import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { QueryView } from "../../app/query-view.tsx";
import { useServices } from "../../app/services.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { AffectedList } from "../clear/affected-list.tsx";

/** Gives an outcome by hand; lists whom that touches before anything changes. */
export function MarkDialog({
  title,
  hint,
  action,
  outcome,
  queryKey,
  load,
  mark,
  onClose,
}: {
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
    placeholderData: keepPreviousData,
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
  const isReady = dryRun.data !== undefined && !marking.isPending;
  return (
    <Dialog
      title={title}
      hint={hint}
      onClose={onClose}
      onSubmit={() => {
        if (isReady) marking.mutate();
      }}
      foot={
        <>
          <span className="grow small problem" role="alert">
            {marking.error?.message}
          </span>
          <Button onClick={onClose}>
            Cancel <kbd>Esc</kbd>
          </Button>
          <Button
            type="submit"
            tone="primary"
            disabledReason={isReady ? undefined : "Asking what it touches"}
          >
            {action}
          </Button>
        </>
      }
    >
      <QueryView query={dryRun} rows={4}>
        {(instances) => <AffectedList instances={instances} outcome={outcome} />}
      </QueryView>
    </Dialog>
  );
}
