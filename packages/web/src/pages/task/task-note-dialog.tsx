import type { TaskInstance } from "@airloom/api";
import { pathOf, type TaskKey } from "../../api/queries.ts";
import { useApi } from "../../app/services.ts";
import { NoteDialog } from "../note/note-dialog.tsx";

/** The note of a task instance. */
export function TaskNoteDialog({
  taskKey,
  instance,
  onClose,
}: {
  readonly taskKey: TaskKey;
  readonly instance: TaskInstance;
  readonly onClose: () => void;
}) {
  const api = useApi();
  const request = {
    ...pathOf(taskKey),
    ...(taskKey.mapIndex < 0 ? {} : { map_index: taskKey.mapIndex }),
  };
  return (
    <NoteDialog
      dagId={taskKey.dagId}
      title={`Note on ${taskKey.taskId}`}
      note={instance.note}
      save={(note) => api.patchTaskInstance({ ...request, body: { note } })}
      onClose={onClose}
    />
  );
}
