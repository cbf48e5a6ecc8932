import type { DagRun } from "@airloom/api";
import { useApi } from "../../app/services.ts";
import { NoteDialog } from "../note/note-dialog.tsx";

/** The note of a run. */
export function RunNoteDialog({
  run,
  onClose,
}: {
  readonly run: DagRun;
  readonly onClose: () => void;
}) {
  const api = useApi();
  const { dag_id, dag_run_id } = run;
  return (
    <NoteDialog
      dagId={run.dag_id}
      title="Note on the run"
      note={run.note}
      save={(note) => api.patchDagRun({ dag_id, dag_run_id, body: { note } })}
      onClose={onClose}
    />
  );
}
