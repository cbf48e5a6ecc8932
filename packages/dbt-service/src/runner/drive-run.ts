import { access } from "node:fs/promises";
import { secretsInText } from "@airloom/core";
import { readNumber, readRecord } from "@airloom/dbt-cloud/contract";
import { listHidden } from "../domain/adapter.ts";
import type { RunEnd } from "../store/run-queue.ts";
import type { PlannedStep, RunRow, StepRow } from "../store/run-row.ts";
import { whileAway } from "../while-away.ts";
import { driveStep } from "./drive-step.ts";
import { endStaleGroup } from "./end-stale-group.ts";
import { loadRunSetup, type RunSetup } from "./run-code.ts";
import { getRunFolders, type RunnerPorts, type RunSignals } from "./run-context.ts";
import type { StepJob, StepOutcome } from "./step-job.ts";
import { StepLog } from "./step-log.ts";

/**
 * Takes a claimed run to its end, or leaves it where it is when the service stops or the run is no longer ours to carry.
 *
 * A run that was interrupted goes on at the step it was interrupted in: finished steps are not repeated.
 */
export async function driveRun(
  ports: RunnerPorts,
  run: RunRow,
  signals: RunSignals,
): Promise<RunEnd | undefined> {
  if (!(await ports.queue.start(run.id))) return undefined;
  const done = await ports.steps.list(run.id);
  for (const step of done) {
    if (step.processGroup !== null) await endStaleGroup(step.processGroup, run.id);
  }
  const setup = await loadRunSetup(ports, run);
  let hasFailedOption = false;
  for (const [position, planned] of run.plan.entries()) {
    const index = position + 1;
    const earlier = done.find((step) => step.index === index);
    if (await isDone(ports, run, planned, earlier)) {
      hasFailedOption ||= earlier?.status === 20;
      continue;
    }
    const isAgain = earlier !== undefined && earlier.startedAt !== null;
    const outcome = await runStep(ports, { run, setup, planned, index, isAgain, signals });
    if (outcome === "interrupted") return undefined;
    if (outcome === "cancelled") return { status: 30, message: describeCancel(signals.cancel) };
    if (outcome === "error" && !planned.isOptional) return { status: 20, message: null };
    hasFailedOption ||= outcome === "error";
  }
  return {
    status: 10,
    message: hasFailedOption ? "An optional step failed; see its log." : null,
  };
}

// Preparation counts as done only while what it prepared is still there.
async function isDone(
  ports: RunnerPorts,
  run: RunRow,
  planned: PlannedStep,
  earlier: StepRow | undefined,
): Promise<boolean> {
  if (earlier === undefined || earlier.finishedAt === null) return false;
  if (earlier.status !== 10 && !(planned.isOptional && earlier.status === 20)) return false;
  if (planned.kind === "dbt" && planned.command !== "dbt deps") return true;
  return access(getRunFolders(ports.dataDir, run.id).code).then(
    () => true,
    () => false,
  );
}

async function runStep(
  ports: RunnerPorts,
  given: {
    readonly run: RunRow;
    readonly setup: RunSetup;
    readonly planned: PlannedStep;
    readonly index: number;
    /** True where it was interrupted before. */
    readonly isAgain: boolean;
    readonly signals: RunSignals;
  },
): Promise<StepOutcome> {
  const { run, setup, planned, index, isAgain } = given;
  const row = await ports.steps.start(run.id, index, planned);
  // A piece of log whose answer was lost may stand there twice: better than a run that ends for it.
  const save = (text: string) => whileAway(() => ports.steps.appendLog(row.id, text));
  const log = new StepLog(save, getSecrets(setup));
  if (isAgain) {
    log.line("The job service was restarted: this step goes on from its beginning");
  }
  const job: StepJob = { ...given, row, log, folders: getRunFolders(ports.dataDir, run.id) };
  let outcome: StepOutcome;
  try {
    outcome = await driveStep(ports, job);
  } finally {
    await log.close();
  }
  if (outcome !== "interrupted") {
    await whileAway(() => ports.steps.finish(row.id, STATUS_OF[outcome]));
  }
  return outcome;
}

const STATUS_OF = { success: 10, error: 20, cancelled: 30 } as const;

function getSecrets(setup: RunSetup): readonly string[] {
  const variables = setup.variables.filter(({ name }) => name.startsWith("DBT_ENV_SECRET"));
  return [
    ...variables.map((variable) => variable.value),
    ...listHidden(setup.extendedAttributes),
    ...setup.secrets,
    ...secretsInText(setup.remoteUrl),
  ];
}

function describeCancel(signal: AbortSignal): string {
  return typeof signal.reason === "string" ? signal.reason : "Cancelled by user.";
}

/** How long a run may take, in milliseconds: its own limit, that of its job, and the account's. */
export function findTimeoutMs(run: RunRow, accountLimitS: number | null): number | null {
  const own =
    readNumber(run.overrides["timeout_seconds_override"]) ??
    readNumber(readRecord(run.job["execution"])["timeout_seconds"]);
  const limits = [own, accountLimitS].flatMap((limit) =>
    limit === null || limit <= 0 ? [] : [limit],
  );
  return limits.length === 0 ? null : Math.min(...limits) * 1_000;
}
