import type { UiProblem } from "@airloom/api";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Instant } from "../../app/time.tsx";
import { renderPlural } from "../../format/number.ts";
import { StateIcon } from "../../states/state-icon.tsx";
import type { StateLook } from "../../states/state-look.ts";
import { TASK_LOOKS } from "../../states/task-state.ts";
import { Empty } from "../../ui/empty.tsx";
import { Panel } from "../../ui/panel.tsx";
import { FileAction } from "../import-error/file-action.tsx";
import { ImportErrorText } from "../import-error/import-error-text.tsx";

/** Each distinct problem once, with its one next step. */
export function NeedsYou({ problems }: { readonly problems: readonly UiProblem[] }) {
  return (
    <Panel
      title="Needs you"
      hint={problems.length === 0 ? "" : `${problems.length}, grouped by first error`}
    >
      {problems.length === 0 ? (
        <Empty title="Nothing needs you">
          <p>No failure, import error or late run in the last 24 hours.</p>
        </Empty>
      ) : (
        <ul>
          {problems.map((problem) => (
            <li key={keyOf(problem)} className="needs-line" data-row>
              <Problem problem={problem} />
            </li>
          ))}
        </ul>
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

function FailureProblem({
  problem,
}: {
  readonly problem: Extract<UiProblem, { kind: "failure" }>;
}) {
  const { dag_id, task_id, node, latest, runs, tries, since } = problem;
  return (
    <ProblemLine
      look={TASK_LOOKS.failed}
      what={node?.name ?? task_id}
      message={problem.message}
      detail={
        <>
          <Link to="/dags/$dagId" params={{ dagId: dag_id }} className="link">
            {dag_id}
          </Link>
          , {renderPlural(runs, "run")} and {renderPlural(tries, "try", "tries")}
          {since !== null && (
            <>
              {" "}
              since <Instant at={since} as="short" />
            </>
          )}
        </>
      }
      action={
        <Link
          className="button small"
          to="/dags/$dagId/runs/$runId/tasks/$taskId"
          params={{ dagId: dag_id, runId: latest.dag_run_id, taskId: task_id }}
          search={{
            ...(latest.map_index < 0 ? {} : { map: latest.map_index }),
            dialog: problem.action === "clear" ? "clear" : "rerun",
          }}
        >
          {problem.action === "clear" ? "Clear" : "Rerun failed nodes"}
        </Link>
      }
    />
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
