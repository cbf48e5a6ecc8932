import {
  CLONE_STEP,
  type JsonRecord,
  readText,
  readTexts,
  renderInvokeStep,
  renderProfileStep,
} from "@airloom/dbt-cloud/contract";
import type { PlannedStep, StepRow } from "../store/run-row.ts";

const DEPS = "dbt deps";
const DOCS = "dbt docs generate";
const FRESHNESS = "dbt source freshness";

/** The steps a run of a job takes, from its definition and what this run overrides. */
export function planRun(
  job: JsonRecord,
  overrides: JsonRecord,
  connectionName: string,
): readonly PlannedStep[] {
  const override = readTexts(overrides["steps_override"]);
  const commands = override.length > 0 ? override : readTexts(job["execute_steps"]);
  const hasDocs =
    typeof overrides["generate_docs_override"] === "boolean"
      ? overrides["generate_docs_override"]
      : job["generate_docs"] === true;
  return [
    ...planPreparation(connectionName),
    ...(job["run_generate_sources"] === true ? [planCommand(FRESHNESS, true)] : []),
    ...commands.map((command) => planCommand(command, false)),
    ...(hasDocs ? [planCommand(DOCS, true)] : []),
  ];
}

function planPreparation(connectionName: string): readonly PlannedStep[] {
  const base = { command: null, isOptional: false, resume: null };
  return [
    { ...base, name: CLONE_STEP, kind: "clone" },
    { ...base, name: renderProfileStep(connectionName), kind: "profile" },
    planCommand(DEPS, false),
  ];
}

function planCommand(command: string, isOptional: boolean): PlannedStep {
  return { name: renderInvokeStep(command), kind: "dbt", command, isOptional, resume: null };
}

/** What failed in a run and what was left undone because of it. */
export interface FailureDetails {
  readonly failedStep: StepRow;
  readonly failedIndex: number;
  readonly skipped: readonly PlannedStep[];
}

/** The step a failed run stopped at; `undefined` when no step that may stop a run failed. */
export function findFailure(
  plan: readonly PlannedStep[],
  steps: readonly StepRow[],
): FailureDetails | undefined {
  const failedStep = steps.find(
    (step) => step.status === 20 && plan[step.index - 1]?.isOptional !== true,
  );
  if (failedStep === undefined) return undefined;
  return {
    failedStep,
    failedIndex: failedStep.index,
    skipped: plan.slice(failedStep.index),
  };
}

/** The steps of a run that goes on where another failed: preparation, the failed step resumed, then what was skipped. */
export function planRetry(
  run: { readonly id: number; readonly plan: readonly PlannedStep[] },
  failure: FailureDetails,
): readonly PlannedStep[] {
  const preparation = run.plan.slice(0, 3);
  const failed = run.plan[failure.failedIndex - 1];
  if (failed === undefined || failure.failedIndex <= 3) return run.plan;
  return [
    ...preparation,
    { ...failed, resume: { runId: run.id, stepIndex: failure.failedIndex } },
    ...failure.skipped.map((step) => ({ ...step, resume: null })),
  ];
}

/** Name of what dbt connects to, as in the profile step. */
export function findConnectionName(
  connection: JsonRecord | undefined,
  project: JsonRecord | undefined,
): string {
  return readText(connection?.["name"]) ?? readText(project?.["name"]) ?? "profiles.yml";
}
