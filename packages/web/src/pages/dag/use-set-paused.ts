import type { UiDagCollection, UiGrid } from "@airloom/api";
import { useMutation } from "@tanstack/react-query";
import { useServices } from "../../app/services.ts";

export interface PauseChange {
  readonly dagId: string;
  readonly isPaused: boolean;
}

/** Paints the change at once, tells the server, offers Undo, and takes it back when the server refuses. */
export function useSetPaused(): (change: PauseChange) => void {
  const { api, queryClient, toasts } = useServices();

  function paint({ dagId, isPaused }: PauseChange): void {
    queryClient.setQueriesData<UiDagCollection>({ queryKey: ["dags"] }, (old) =>
      old === undefined
        ? old
        : {
            ...old,
            dags: old.dags.map((dag) =>
              dag.dag_id === dagId ? { ...dag, is_paused: isPaused } : dag,
            ),
          },
    );
    queryClient.setQueriesData<UiGrid>({ queryKey: ["grid", dagId] }, (old) =>
      old === undefined ? old : { ...old, dag: { ...old.dag, is_paused: isPaused } },
    );
  }

  const { mutate } = useMutation({
    mutationFn: ({ dagId, isPaused }: PauseChange) =>
      api.patchDag({ dag_id: dagId, body: { is_paused: isPaused } }),
    onMutate: paint,
    onError: (error, change) => {
      paint({ ...change, isPaused: !change.isPaused });
      toasts.show(`Could not change ${change.dagId}: ${error.message}`, { tone: "bad" });
    },
    onSettled: () =>
      Promise.all([
        queryClient.invalidateQueries({ queryKey: ["dags"] }),
        queryClient.invalidateQueries({ queryKey: ["home"] }),
      ]),
  });

  return (change) => {
    mutate(change);
    toasts.show(`${change.isPaused ? "Paused" : "Resumed"} ${change.dagId}`, {
      undo: () => mutate({ ...change, isPaused: !change.isPaused }),
    });
  };
}
