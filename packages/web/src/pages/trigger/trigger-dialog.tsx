import { ApiError } from "@airloom/api";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { dagDetailsQuery } from "../../api/queries.ts";
import { useNow, useServices } from "../../app/services.ts";
import { useRefusal } from "../../app/use-refusal.ts";
import { parseJsonObject } from "../../format/json-object.ts";
import { Command } from "../../ui/command.tsx";
import { TextField } from "../../ui/field.tsx";
import { FormDialog } from "../../ui/form-dialog.tsx";
import { parseLogicalDate } from "./parse-logical-date.ts";
import { renderTriggerCommand } from "./trigger-command.ts";

/** Starts a run, with conf, logical date, run id and note; shows the command that would do the same. */
export function TriggerDialog({
  dagId,
  onClose,
}: {
  readonly dagId: string;
  readonly onClose: () => void;
}) {
  const { api, queryClient } = useServices();
  const navigate = useNavigate();
  const { data: dag } = useQuery(dagDetailsQuery(api, dagId));
  const [typed, setTyped] = useState<string>();
  const [dateText, setDateText] = useState("");
  const [runId, setRunId] = useState("");
  const [note, setNote] = useState("");
  // What the Dag declares stands in the form until somebody types.
  const text = typed ?? renderParams(dag?.params);
  const conf = parseJsonObject(text);
  const logicalDate = parseLogicalDate(dateText, useNow());

  const trigger = useMutation({
    mutationFn: () =>
      api.triggerDagRun({
        dag_id: dagId,
        body: {
          conf: conf.value,
          ...(logicalDate.at === undefined ? {} : { logical_date: logicalDate.at }),
          ...(runId === "" ? {} : { dag_run_id: runId }),
          ...(note === "" ? {} : { note }),
        },
      }),
    onSuccess: async (run) => {
      await queryClient.invalidateQueries({ queryKey: ["grid", dagId] });
      await navigate({
        to: "/dags/$dagId/runs/$runId",
        params: { dagId, runId: run.dag_run_id },
        // The way back leads to the page, not to the dialog: nobody triggers twice by going back.
        replace: true,
      });
    },
  });

  const idProblem = refusalOf(trigger.error, ["run.conflict", "run.bad_id"]);
  const dateProblem = logicalDate.problem ?? refusalOf(trigger.error, ["run.date_taken"]);
  const notAllowed = useRefusal("editor", dagId);
  const refusal =
    notAllowed ??
    (conf.problem && "Conf cannot be read") ??
    (logicalDate.problem && "The logical date cannot be used") ??
    (trigger.isPending ? "Starting the run" : undefined);
  return (
    <FormDialog
      title={`Trigger ${dagId}`}
      hint={
        dag?.is_paused === true
          ? "The Dag is paused: the run waits until it is resumed."
          : "A run starts now."
      }
      isNarrow
      icon="play"
      action="Trigger"
      problem={(idProblem ?? dateProblem) ? undefined : trigger.error?.message}
      disabledReason={refusal}
      onClose={onClose}
      onSubmit={() => trigger.mutate()}
    >
      <TextField
        label="Conf"
        isOptional
        isMono
        lines={6}
        value={text}
        onChange={setTyped}
        problem={conf.problem}
        hint="JSON object; tasks read it as params and dag_run.conf."
      />
      <TextField
        label="Logical date"
        isOptional
        value={dateText}
        onChange={(value) => {
          trigger.reset();
          setDateText(value);
        }}
        placeholder="2026-11-22 06:00"
        problem={dateProblem}
        hint="UTC, unless it names an offset such as +02:00; empty: now."
      />
      <TextField
        label="Run ID"
        isOptional
        isMono
        value={runId}
        onChange={(value) => {
          trigger.reset();
          setRunId(value);
        }}
        problem={idProblem}
        hint="Empty: Airloom chooses one."
      />
      <TextField label="Note" isOptional value={note} onChange={setNote} />
      <Command
        text={renderTriggerCommand(dagId, {
          conf: conf.problem === undefined ? text : "",
          logicalDate: logicalDate.at,
          runId,
        })}
      />
    </FormDialog>
  );
}

/** What the server said, where it refused for one of these reasons: it belongs to the field that they are about. */
function refusalOf(error: Error | null, codes: readonly string[]): string | undefined {
  return error instanceof ApiError && codes.includes(error.code ?? "") ? error.message : undefined;
}

/** The declared params as conf text. Params may be described by a schema; then their default counts. */
function renderParams(params: Readonly<Record<string, unknown>> | null | undefined): string {
  if (params === null || params === undefined || Object.keys(params).length === 0) return "";
  const values = Object.fromEntries(
    Object.entries(params).map(([name, param]) => [name, valueOfParam(param)]),
  );
  return JSON.stringify(values, null, 2);
}

function valueOfParam(param: unknown): unknown {
  const isDescribed =
    typeof param === "object" && param !== null && "value" in param && "schema" in param;
  return isDescribed ? param.value : param;
}
