import type { DagRun } from "@airloom/api";
import type { RUN_MARKS } from "../../app/search.ts";
import { useApi } from "../../app/services.ts";
import { isTaskFinished } from "../../states/task-state.ts";
import { MarkDialog } from "../mark/mark-dialog.tsx";

/** What becomes of the tasks that have not ended when a run is ended by hand. */
const LEFT_OVER = { success: "skipped", failed: "failed" } as const;

/** Ends a run by hand with an outcome. */
export function MarkRunDialog({
  run,
  mark,
  onClose,
}: {
  readonly run: DagRun;
  readonly mark: (typeof RUN_MARKS)[number];
  readonly onClose: () => void;
}) {
  const api = useApi();
  const path = { dag_id: run.dag_id, dag_run_id: run.dag_run_id };
  return (
    <MarkDialog
      dagId={run.dag_id}
      title={`Mark the run as ${mark}`}
      hint="Tasks that have ended keep their state; the others are stopped."
      action={`Mark as ${mark}`}
      outcome={`will be stopped and marked ${LEFT_OVER[mark]}`}
      queryKey={["run", path, mark]}
      load={async (signal) => {
        const { task_instances } = await api.listTaskInstances(
          { ...path, limit: 1_000 },
          { signal },
        );
        return task_instances.filter(({ state }) => !isTaskFinished(state ?? "none"));
      }}
      mark={() => api.patchDagRun({ ...path, body: { state: mark } })}
      onClose={onClose}
    />
  );
}
