import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { pathOf, type TaskKey } from "../../api/queries.ts";
import { QueryView } from "../../app/query-view.tsx";
import { RunName } from "../../app/run-name.tsx";
import { useServices } from "../../app/services.ts";
import { useRefusal } from "../../app/use-refusal.ts";
import { renderPlural } from "../../format/number.ts";
import { NODE_LOOKS } from "../../states/node-state.ts";
import { StateLabel } from "../../states/state-icon.tsx";
import { Command } from "../../ui/command.tsx";
import { Choice } from "../../ui/field.tsx";
import { FormDialog } from "../../ui/form-dialog.tsx";
import { AffectedList } from "../clear/affected-list.tsx";

interface RerunDialogProps {
  readonly taskKey: TaskKey;
  /** A dbt selection to run again; left out: what failed. */
  readonly select: string | undefined;
  readonly onClose: () => void;
}

/** Runs dbt nodes of a task again; shows the command and what it takes before anything starts. */
export function RerunDialog({ taskKey, select, onClose }: RerunDialogProps) {
  const { api, queryClient, toasts } = useServices();
  const [hasDownstream, setDownstream] = useState(true);
  const [isLatest, setLatest] = useState(true);
  const body = {
    ...(select === undefined ? { from_failure: true } : { select }),
    ...(taskKey.mapIndex < 0 ? {} : { map_index: taskKey.mapIndex }),
    include_downstream: hasDownstream,
    run_on_latest_version: isLatest,
  };
  const dryRun = useQuery({
    queryKey: ["rerun", taskKey, body],
    queryFn: ({ signal }) =>
      api.rerunNodes({ ...pathOf(taskKey), body: { ...body, dry_run: true } }, { signal }),
    placeholderData: keepPreviousData,
    gcTime: 0,
  });
  const rerun = useMutation({
    mutationFn: () => api.rerunNodes({ ...pathOf(taskKey), body: { ...body, dry_run: false } }),
    onSuccess: async () => {
      toasts.show(`Rerun of ${taskKey.taskId} started`);
      onClose();
      await queryClient.invalidateQueries();
    },
  });
  const count = dryRun.data?.nodes.length ?? 0;
  const isStale = dryRun.isPlaceholderData || dryRun.isPending;
  const refusal = useRefusal("editor", taskKey.dagId);
  const waiting = isStale ? "Asking what would run again" : undefined;
  const reasonNot = refusal ?? (rerun.isPending ? "Starting" : waiting);
  return (
    <FormDialog
      title={
        select === undefined ? "Rerun failed nodes" : `Rerun from ${select.replace(/\+$/u, "")}`
      }
      hint={
        <>
          <RunName dagId={taskKey.dagId} runId={taskKey.runId} />, {taskKey.taskId}
        </>
      }
      icon="play"
      action={count === 0 ? "Rerun" : `Rerun ${renderPlural(count, "node")}`}
      problem={rerun.error?.message}
      disabledReason={reasonNot}
      onClose={onClose}
      onSubmit={() => rerun.mutate()}
    >
      <div className="clear-options">
        <Choice
          label="Downstream tasks"
          hint="run again after it"
          isChosen={hasDownstream}
          onChange={setDownstream}
        />
        <Choice
          label="Newest Dag version"
          hint="else the version the run began with"
          isChosen={isLatest}
          onChange={setLatest}
        />
      </div>
      <QueryView query={dryRun} rows={4}>
        {({ task_instances, nodes }) => (
          <>
            {nodes.length > 0 && (
              <ul className="rerun-nodes small">
                {nodes.map(({ unique_id, name, state }) => (
                  <li key={unique_id} className="row between">
                    <span className="ellipsis">{name}</span>
                    <span className="text-2">
                      <StateLabel look={NODE_LOOKS[state]} />
                    </span>
                  </li>
                ))}
              </ul>
            )}
            <AffectedList instances={task_instances} isStale={isStale} />
          </>
        )}
      </QueryView>
      <Command text={select === undefined ? "dbt retry" : `dbt build --select ${select}`} />
    </FormDialog>
  );
}
