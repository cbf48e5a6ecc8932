import {
  AirloomError,
  type DagRun,
  findManualInterval,
  type NewRun,
  parseRunId,
  readRunId,
  renderRunId,
  renderWhen,
  type TriggerRequest,
} from "@airloom/core";
import { audited } from "./audit.ts";
import { loadDag } from "./load-repair-runs.ts";
import type { OperationsOptions } from "./operations.ts";

/** Creates a run by hand. It starts when its Dag has room for it. */
export async function triggerRun(
  request: TriggerRequest,
  options: OperationsOptions,
): Promise<DagRun> {
  const { store, clock, scheduler, events } = options;
  const dag = await loadDag(store, request.dagId);
  if (!dag.isActive) {
    throw new AirloomError(
      "dag.not_found",
      `Cannot trigger Dag "${request.dagId}": its file no longer defines it`,
    );
  }
  const run = await createRun(planRun(request, clock.now()), options);
  scheduler.wakeRun(run.id);
  events.publish({ kind: "run", dagId: run.dagId, runId: run.runId, state: run.state });
  await audited(options, {
    event: "trigger_dag_run",
    user: request.user,
    dagId: run.dagId,
    runId: run.runId,
    extra: { conf: run.conf, triggered_by: request.triggeredBy },
  });
  return run;
}

type PlannedRun = Omit<NewRun, "runId"> & {
  readonly runId: string | undefined;
  /** Whether somebody named the date: then it is to be no other run's. */
  readonly isDateUnique: boolean;
};

function planRun(request: TriggerRequest, now: Date): PlannedRun {
  const logicalDate = request.logicalDate === undefined ? now : request.logicalDate;
  if (logicalDate !== null && logicalDate > now) {
    throw new AirloomError(
      "input.invalid",
      `Cannot trigger Dag "${request.dagId}" for ${renderWhen(logicalDate, "UTC")}: a logical date must not lie in the future`,
    );
  }
  const interval = logicalDate === null ? undefined : findManualInterval(logicalDate);
  return {
    dagId: request.dagId,
    runId: request.runId === undefined ? undefined : checkRunId(request.runId),
    isDateUnique: request.logicalDate !== undefined,
    runType: "manual",
    triggeredBy: request.triggeredBy,
    triggeringUser: request.user,
    logicalDate,
    dataIntervalStart: interval?.intervalStart ?? null,
    dataIntervalEnd: interval?.intervalEnd ?? null,
    runAfter: request.runAfter ?? logicalDate ?? now,
    conf: request.conf ?? {},
    note: request.note ?? null,
  };
}

/** A run id that looks like the scheduler's own would stand in its way. */
function checkRunId(runId: string): string {
  const { runType } = readRunId(parseRunId(runId)) ?? {};
  if (runType === undefined || runType === "manual") return runId;
  throw new AirloomError(
    "run.bad_id",
    `Cannot use run id "${runId}": "${runType}__" is kept for ${runType} runs, "manual__" or a name of your own is expected`,
  );
}

async function createRun(
  { isDateUnique, ...planned }: PlannedRun,
  options: OperationsOptions,
): Promise<DagRun> {
  const { store, clock, newId } = options;
  const at = { now: clock.now(), isDateUnique };
  const runId = planned.runId ?? renderRunId("manual", planned.runAfter);
  const run = await store.createRun({ ...planned, runId }, at);
  if (run !== undefined) return run;
  // Two triggers in one millisecond are two runs.
  const again =
    planned.runId === undefined
      ? await store.createRun({ ...planned, runId: `${runId}_${newId().slice(0, 8)}` }, at)
      : undefined;
  if (again !== undefined) return again;
  const refused = `Cannot trigger Dag "${planned.dagId}"`;
  if (planned.runId !== undefined && (await store.findRun(planned.dagId, runId)) !== undefined) {
    throw new AirloomError("run.conflict", `${refused}: run id "${runId}" is taken`);
  }
  const date = planned.logicalDate === null ? "this date" : renderWhen(planned.logicalDate, "UTC");
  throw new AirloomError("run.date_taken", `${refused}: it has a run for ${date} already`);
}
