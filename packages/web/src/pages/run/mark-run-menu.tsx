import type { DagRun } from "@airloom/api";
import { useMutation } from "@tanstack/react-query";
import { useServices } from "../../app/services.ts";
import { RUN_LOOKS } from "../../states/run-state.ts";
import { StateIcon } from "../../states/state-icon.tsx";
import { Menu, MenuItem } from "../../ui/menu.tsx";

const MARKS = ["success", "failed"] as const;

/** Ends a run by hand with an outcome; its unfinished tasks are stopped. */
export function MarkRunMenu({ run }: { readonly run: DagRun }) {
  const { api, queryClient, toasts } = useServices();
  const mark = useMutation({
    mutationFn: (state: (typeof MARKS)[number]) =>
      api.patchDagRun({ dag_id: run.dag_id, dag_run_id: run.dag_run_id, body: { state } }),
    onSuccess: (_, state) => {
      toasts.show(`Marked the run as ${state}`);
      return queryClient.invalidateQueries();
    },
    onError: (error) => toasts.show(error.message, { tone: "bad" }),
  });
  return (
    <Menu label="Mark as">
      {MARKS.filter((state) => state !== run.state).map((state) => (
        <MenuItem key={state} onClick={() => mark.mutate(state)}>
          <StateIcon look={RUN_LOOKS[state]} isDecoration />
          {RUN_LOOKS[state].label}
        </MenuItem>
      ))}
    </Menu>
  );
}
