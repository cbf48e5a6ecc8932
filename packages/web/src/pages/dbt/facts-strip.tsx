import type { ReactNode } from "react";
import { Took } from "../../app/time.tsx";
import { StateLabel } from "../../states/state-icon.tsx";
import { Cause, TaskLink } from "./cause.tsx";
import { DBT_LOOKS } from "./dbt-state.ts";
import { type DbtRun, isoOf } from "./dbt-wire.ts";

/** The run in one line of boxes; the wait in the queue stands apart from the preparation. */
export function FactsStrip({ run }: { readonly run: DbtRun }) {
  const facts: Readonly<Record<string, ReactNode>> = {
    Status: <StateLabel look={DBT_LOOKS[run.status]} />,
    Duration: <Took start={isoOf(run.started_at)} end={isoOf(run.finished_at)} />,
    Queued: (
      <>
        <Took start={isoOf(run.created_at)} end={isoOf(run.dequeued_at ?? run.finished_at)} />
        {" wait"}
        {run.dequeued_at !== null && run.started_at !== null && (
          <>
            {", "}
            <Took start={isoOf(run.dequeued_at)} end={isoOf(run.started_at)} />
            {" prepare"}
          </>
        )}
      </>
    ),
    Commit:
      run.git_sha === null ? null : (
        <>
          <span className="mono">{run.git_sha.slice(0, 7)}</span>
          {run.git_branch !== null && ` on ${run.git_branch}`}
        </>
      ),
    Environment: [run.environment?.name, `dbt ${run.dbt_version}`].filter(Boolean).join(", "),
    Trigger:
      run.trigger === null ? null : (
        <>
          <Cause run={run} /> <TaskLink run={run} />
        </>
      ),
  };
  return (
    <section className="panel strip" aria-label="Facts">
      {Object.entries(facts)
        .filter(([, value]) => value !== null && value !== undefined && value !== "")
        .map(([label, value]) => (
          <div key={label} className={label === "Trigger" ? "strip-cell twice" : "strip-cell"}>
            <div className="tiny text-3">{label}</div>
            <div>{value}</div>
          </div>
        ))}
    </section>
  );
}
