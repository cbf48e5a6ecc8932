import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { QueryView } from "../../app/query-view.tsx";
import { RunName } from "../../app/run-name.tsx";
import { useServices } from "../../app/services.ts";
import { useRefusal } from "../../app/use-refusal.ts";
import { renderPlural } from "../../format/number.ts";
import { Command } from "../../ui/command.tsx";
import { Choice } from "../../ui/field.tsx";
import { FormDialog } from "../../ui/form-dialog.tsx";
import { AffectedList } from "./affected-list.tsx";
import {
  type ClearOptions,
  type ClearScope,
  clearBody,
  DEFAULT_CLEAR,
  renderClearCommand,
} from "./clear-options.ts";

/** Clears tasks so that they run again; the list of what that takes is asked for before anything changes. */
export function ClearDialog({ onClose, ...scope }: ClearScope & { readonly onClose: () => void }) {
  const { api, queryClient, toasts } = useServices();
  const [options, setOptions] = useState(DEFAULT_CLEAR);
  const body = clearBody(scope, options, true);
  const dryRun = useQuery({
    queryKey: ["clear", scope.dagId, body],
    queryFn: ({ signal }) => api.clearTaskInstances({ dag_id: scope.dagId, body }, { signal }),
    placeholderData: keepPreviousData,
    gcTime: 0,
  });
  const clear = useMutation({
    mutationFn: () =>
      api.clearTaskInstances({ dag_id: scope.dagId, body: clearBody(scope, options, false) }),
    onSuccess: async ({ task_instances }) => {
      toasts.show(`Cleared ${renderPlural(task_instances.length, "task")}`);
      onClose();
      await queryClient.invalidateQueries();
    },
  });
  const refusal = useRefusal("editor", scope.dagId);
  const affected = dryRun.data?.task_instances ?? [];
  const isStale = dryRun.isPlaceholderData || dryRun.isPending;
  const reasonNot =
    refusal ?? reasonNotTo({ isStale, isEmpty: affected.length === 0, isPending: clear.isPending });
  return (
    <FormDialog
      title={`Clear ${scope.taskId ?? "the whole run"}`}
      hint={
        <>
          <RunName dagId={scope.dagId} runId={scope.runId} /> of {scope.dagId}. Cleared tasks run
          again as soon as their upstream is done.
        </>
      }
      action={`Clear ${renderPlural(affected.length, "task")}`}
      problem={clear.error?.message}
      disabledReason={reasonNot}
      onClose={onClose}
      onSubmit={() => clear.mutate()}
    >
      <Options scope={scope} options={options} onChange={setOptions} />
      <QueryView query={dryRun} rows={4}>
        {({ task_instances }) => <AffectedList instances={task_instances} isStale={isStale} />}
      </QueryView>
      <Command text={renderClearCommand(scope, options)} />
    </FormDialog>
  );
}

function reasonNotTo(at: {
  readonly isStale: boolean;
  readonly isEmpty: boolean;
  readonly isPending: boolean;
}): string | undefined {
  if (at.isPending) return "Clearing";
  if (at.isStale) return "Asking what would run again";
  return at.isEmpty ? "These options take no task" : undefined;
}

function Options({
  scope,
  options,
  onChange,
}: {
  readonly scope: ClearScope;
  readonly options: ClearOptions;
  readonly onChange: (options: ClearOptions) => void;
}) {
  const choice = (name: keyof ClearOptions, label: string, hint: string) => (
    <Choice
      label={label}
      hint={hint}
      isChosen={options[name]}
      onChange={(isChosen) => onChange({ ...options, [name]: isChosen })}
    />
  );
  return (
    <div className="clear-options">
      {scope.taskId !== undefined && choice("downstream", "Downstream", "what hangs on it")}
      {scope.taskId !== undefined && choice("upstream", "Upstream", "what it hangs on")}
      {choice("future", "Later runs", "the same tasks in every later run")}
      {choice("past", "Earlier runs", "the same tasks in every earlier run")}
      {choice("onlyFailed", "Only failed tasks", "failed and upstream failed")}
      {choice("latestVersion", "Newest Dag version", "else the version the run began with")}
    </div>
  );
}
