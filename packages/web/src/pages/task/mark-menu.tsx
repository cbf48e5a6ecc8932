import { useMutation } from "@tanstack/react-query";
import { pathOf } from "../../api/queries.ts";
import { useServices } from "../../app/services.ts";
import { StateIcon } from "../../states/state-icon.tsx";
import { TASK_LOOKS } from "../../states/task-state.ts";
import { Menu, MenuItem } from "../../ui/menu.tsx";
import type { AttemptView } from "./task-page.tsx";

const MARKS = ["success", "failed", "skipped"] as const;

/** Gives a task instance another outcome by hand. */
export function MarkMenu({ view: { key, instance } }: { readonly view: AttemptView }) {
  const { api, queryClient, toasts } = useServices();
  const mark = useMutation({
    mutationFn: (state: (typeof MARKS)[number]) =>
      api.patchTaskInstance({
        ...pathOf(key),
        ...(key.mapIndex < 0 ? {} : { map_index: key.mapIndex }),
        body: { new_state: state },
      }),
    onSuccess: (_, state) => {
      toasts.show(`Marked ${key.taskId} as ${state}`);
      return queryClient.invalidateQueries();
    },
    onError: (error) => toasts.show(error.message, { tone: "bad" }),
  });
  return (
    <Menu label="Mark as">
      {MARKS.filter((state) => state !== instance.state).map((state) => (
        <MenuItem key={state} onClick={() => mark.mutate(state)}>
          <StateIcon look={TASK_LOOKS[state]} isDecoration />
          {TASK_LOOKS[state].label}
        </MenuItem>
      ))}
    </Menu>
  );
}
