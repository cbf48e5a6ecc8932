import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { Took } from "../../app/time.tsx";
import { StateIcon } from "../../states/state-icon.tsx";
import type { StateLook } from "../../states/state-look.ts";
import { TASK_LOOKS } from "../../states/task-state.ts";
import { Command } from "../../ui/command.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Panel } from "../../ui/panel.tsx";
import { findFirstError, type LogFilter, NO_FILTER } from "../log/filter-log.ts";
import { LogPanel } from "../log/log-panel.tsx";
import { useLocalLog } from "../log/use-local-log.ts";
import { retryPlanQuery } from "./dbt-queries.ts";
import { DBT_LOOKS } from "./dbt-state.ts";
import { type DbtRun, type DbtStep, isoOf } from "./dbt-wire.ts";
import { parseConsole } from "./parse-console.ts";

const ROUTE = "/shell/accounts/$accountId/projects/$projectId/runs/$runId";

/** The steps of a run. The one that failed or runs stands open; the address may name another. */
export function Steps({ run }: { readonly run: DbtRun }) {
  const { step: chosen } = useSearch({ from: ROUTE });
  const navigate = useNavigate({ from: "/accounts/$accountId/projects/$projectId/runs/$runId" });
  const open = chosen ?? defaultStep(run.run_steps)?.index;
  return (
    <Panel
      title="Steps"
      hint={`${run.run_steps.filter(isBegun).length} of ${run.run_steps.length} reached`}
    >
      {!run.is_complete && !run.run_steps.some(isBegun) && (
        <p className="panel-body text-3 small">Waits in the queue; no step has begun.</p>
      )}
      <ol>
        {run.run_steps.map((step) => (
          <li key={step.id} className="step">
            <button
              type="button"
              className="step-head"
              aria-expanded={step.index === open}
              onClick={() =>
                // 0 is no step: all stay closed.
                void navigate({
                  search: (old) => ({ ...old, step: step.index === open ? 0 : step.index }),
                  replace: true,
                })
              }
            >
              <Icon name={step.index === open ? "down" : "right"} />
              <StateIcon look={lookOfStep(step)} />
              <StepName name={step.name} />
              <span className="text-2 small">
                <Took start={isoOf(step.started_at)} end={isoOf(step.finished_at)} />
              </span>
            </button>
            {step.index === open && <StepLog run={run} step={step} />}
          </li>
        ))}
      </ol>
      {run.can_retry && <RetryNote run={run} />}
    </Panel>
  );
}

function isBegun(step: DbtStep): boolean {
  return step.started_at !== null;
}

function lookOfStep(step: DbtStep): StateLook {
  return step.status_humanized === "Skipped" ? TASK_LOOKS.skipped : DBT_LOOKS[step.status];
}

/** The step people look for: the first that failed, else the one that runs, else the last that began. */
export function defaultStep(steps: readonly DbtStep[]): DbtStep | undefined {
  return (
    steps.find(({ status }) => status === 20) ??
    steps.find(({ status }) => status === 3) ??
    steps.findLast(isBegun)
  );
}

function StepName({ name }: { readonly name: string }) {
  const [before = name, command] = name.split("`");
  return (
    <span className="grow ellipsis">
      {before}
      {command !== undefined && <span className="mono">{command}</span>}
    </span>
  );
}

/** The log of a failed step stands at its first error until another line is chosen. */
function StepLog({ run, step }: { readonly run: DbtRun; readonly step: DbtStep }) {
  const [chosen, setChosen] = useState<number>();
  const [filter, setFilter] = useState<LogFilter>(NO_FILTER);
  const lines = useMemo(() => (step.logs === "" ? [] : parseConsole(step.logs)), [step.logs]);
  const line = chosen ?? (step.status === 20 ? findFirstError(lines) : undefined);
  const table = useLocalLog(lines, filter, line);
  return (
    <div className="step-log">
      <LogPanel
        table={table}
        filter={filter}
        onFilter={setFilter}
        fileName={`run-${run.id}-step-${step.index}.log`}
        isLive={step.status < 10}
        line={line}
        onLine={setChosen}
      />
    </div>
  );
}

function RetryNote({ run }: { readonly run: DbtRun }) {
  const { data } = useQuery(retryPlanQuery(String(run.account_id), String(run.id)));
  if (data === undefined) return null;
  const later = data.skipped_steps.length;
  return (
    <div className="panel-foot">
      <span className="small grow">
        <b>Rerun from failure</b>{" "}
        <span className="text-2">resumes the failed step{later > 0 && `, then ${later} more`}</span>
      </span>
      <Command text={data.failed_step} />
    </div>
  );
}
