import { pathOf, type TaskKey } from "../../api/queries.ts";
import type { TASK_MARKS } from "../../app/search.ts";
import { useApi } from "../../app/services.ts";
import { MarkDialog } from "../mark/mark-dialog.tsx";

/** Gives a task instance another outcome by hand. */
export function MarkTaskDialog({
  taskKey,
  mark,
  onClose,
}: {
  readonly taskKey: TaskKey;
  readonly mark: (typeof TASK_MARKS)[number];
  readonly onClose: () => void;
}) {
  const api = useApi();
  const request = {
    ...pathOf(taskKey),
    ...(taskKey.mapIndex < 0 ? {} : { map_index: taskKey.mapIndex }),
    body: { new_state: mark },
  };
  return (
    <MarkDialog
      dagId={taskKey.dagId}
      title={`Mark ${taskKey.taskId} as ${mark}`}
      hint="It stops if it runs. What failed after it because of it is run again."
      action={`Mark as ${mark}`}
      outcome={`will be marked ${mark}`}
      queryKey={["task", taskKey, mark]}
      load={async (signal) => (await api.dryRunTaskInstance(request, { signal })).task_instances}
      mark={() => api.patchTaskInstance(request)}
      onClose={onClose}
    />
  );
}
