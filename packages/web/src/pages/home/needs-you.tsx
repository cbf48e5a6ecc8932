import type { UiHome, UiProblem } from "@airloom/api";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Instant, ZonedTime } from "../../app/time.tsx";
import { renderCount, renderPlural, renderShown } from "../../format/number.ts";
import { StateIcon } from "../../states/state-icon.tsx";
import type { StateLook } from "../../states/state-look.ts";
import { TASK_LOOKS } from "../../states/task-state.ts";
import { Empty } from "../../ui/empty.tsx";
import { Panel } from "../../ui/panel.tsx";
import { FileAction } from "../import-error/file-action.tsx";
import { ImportErrorText } from "../import-error/import-error-text.tsx";
import { More } from "./more.tsx";

/** Each distinct problem once, with its one next step. */
export function NeedsYou({
  problems,
  dagCount,
}: {
  readonly problems: UiHome["problems"];
  readonly dagCount: number;
}) {
  const { items, total, ungrouped_failures: ungrouped } = problems;
  return (
    <Panel
      title="Needs you"
      hint={total === 0 ? "" : `${renderShown(items.length, total)}, grouped by cause`}
    >
      {total === 0 ? (
        <Empty title="Nothing needs you">
          <p>{renderPlural(dagCount, "Dag")}: no open failure, no broken file, no late run.</p>
        </Empty>
      ) : (
        <ul className="home-list">
          {items.map((problem) => (
            <li key={keyOf(problem)} className="needs-line" data-row>
              <Problem problem={problem} />
            </li>
          ))}
        </ul>
      )}
      <More
        list={problems}
        link={(words) => (
          <Link to="/dags" search={{ segment: "failing" }} className="link">
            {words}
          </Link>
        )}
      />
      {ungrouped > 0 && (
        <p className="more-line small">
          <Link to="/runs" search={{ state: "failed" }} className="link">
            {renderPlural(ungrouped, "older failure")} not grouped here: show failed runs
          </Link>
        </p>
      )}
    </Panel>
  );
}

function keyOf(problem: UiProblem): string {
  switch (problem.kind) {
    case "failure":
      return `failure ${problem.dag_id} ${problem.task_id} ${problem.node?.unique_id ?? ""} ${problem.message}`;
    case "import_error":
      return `import ${problem.import_error_id}`;
    case "late_run":
      return `late ${problem.dag_id} ${problem.dag_run_id}`;
    case "missed_schedule":
      return `missed ${problem.dag_id}`;
  }
}

function Problem({ problem }: { readonly problem: UiProblem }) {
  switch (problem.kind) {
    case "failure":
      return <FailureProblem problem={problem} />;
    case "import_error":
      return <ImportProblem problem={problem} />;
    case "late_run":
      return <LateProblem problem={problem} />;
    case "missed_schedule":
      return <MissedProblem problem={problem} />;
  }
}

function ProblemLine({
  look,
  what,
  message,
  detail,
  action,
}: {
  readonly look: StateLook;
  readonly what: string;
  readonly message: string;
  readonly detail: ReactNode;
  readonly action: ReactNode;
}) {
  return (
    <>
      <StateIcon look={look} />
      <div className="grow">
        <div className="clamp-2">
          <b>{what}</b>: {message}
        </div>
        <div className="text-2 small">{detail}</div>
      </div>
      {action}
    </>
  );
}

type Failure = Extract<UiProblem, { kind: "failure" }>;

function FailureProblem({ problem }: { readonly problem: Failure }) {
  const { dag_id, task_id, node, things, others, since } = problem;
  const more = things - 1;
  return (
    <ProblemLine
      look={TASK_LOOKS.failed}
      what={`${node?.name ?? task_id}${more === 0 ? "" : ` and ${renderCount(more)} more`}`}
      message={problem.message}
      detail={
        <>
          <Link to="/dags/$dagId" params={{ dagId: dag_id }} className="link">
            {dag_id}
          </Link>
          {problem.dags > 1 && ` and ${renderPlural(problem.dags - 1, "other Dag")}`},{" "}
          {renderPlural(problem.runs, "run")} and {renderPlural(problem.tries, "try", "tries")}
          {since !== null && (
            <>
              {" "}
              since <Instant at={since} as="short" /> UTC
            </>
          )}
          {problem.green_runs > 0 && (
            <>
              ,{" "}
              <span className="run-trouble">
                {renderCount(problem.green_runs)} in {problem.green_runs === 1 ? "a run" : "runs"}{" "}
                that did not fail
              </span>
            </>
          )}
          {more > 0 && (
            <span className="ellipsis others" title={others.join("\n")}>
              also {others.join(", ")}
              {more > others.length && ` and ${renderCount(more - others.length)} more`}
            </span>
          )}
        </>
      }
      action={<FailureAction problem={problem} />}
    />
  );
}

function FailureAction({
  problem: { dag_id, task_id, latest, action },
}: {
  readonly problem: Failure;
}) {
  if (action === "open_run") {
    return (
      <Link
        className="button small"
        to="/dags/$dagId/runs/$runId"
        params={{ dagId: dag_id, runId: latest.dag_run_id }}
      >
        Open run
      </Link>
    );
  }
  return (
    <Link
      className="button small"
      to="/dags/$dagId/runs/$runId/tasks/$taskId"
      params={{ dagId: dag_id, runId: latest.dag_run_id, taskId: task_id }}
      search={{
        ...(latest.map_index < 0 ? {} : { map: latest.map_index }),
        dialog: action === "clear" ? "clear" : "rerun",
      }}
    >
      {action === "clear" ? "Clear" : "Rerun failed nodes"}
    </Link>
  );
}

function ImportProblem({
  problem,
}: {
  readonly problem: Extract<UiProblem, { kind: "import_error" }>;
}) {
  return (
    <>
      <StateIcon look={TASK_LOOKS.failed} />
      <ImportErrorText error={problem} action={<FileAction error={problem} />} />
    </>
  );
}

function LateProblem({ problem }: { readonly problem: Extract<UiProblem, { kind: "late_run" }> }) {
  const { dag_id, dag_run_id, run_after, reason } = problem;
  return (
    <ProblemLine
      look={TASK_LOOKS.queued}
      what={dag_id}
      message={reason ?? "the run has not started"}
      detail={
        <>
          due <Instant at={run_after} />
        </>
      }
      action={
        <Link
          className="button small"
          to="/dags/$dagId/runs/$runId"
          params={{ dagId: dag_id, runId: dag_run_id }}
        >
          Open run
        </Link>
      }
    />
  );
}

function MissedProblem({
  problem: { dag_id, run_after, timezone, reason },
}: {
  readonly problem: Extract<UiProblem, { kind: "missed_schedule" }>;
}) {
  return (
    <ProblemLine
      look={TASK_LOOKS.scheduled}
      what={dag_id}
      message={reason}
      detail={
        <>
          due <ZonedTime at={run_after} zone={timezone} />,{" "}
          <Instant at={run_after} zone={timezone} />
        </>
      }
      action={
        <Link className="button small" to="/dags/$dagId" params={{ dagId: dag_id }}>
          Open Dag
        </Link>
      }
    />
  );
}
