export { assertNever } from "./assert.ts";
export {
  endAttempt,
  judgeOutcome,
  loseAttempt,
  MAX_LOST,
  moveWith,
  resumeAttempt,
  startAttempt,
} from "./attempt.ts";
export { renderCanonicalJson } from "./canonical-json.ts";
export { branchTargets, checkDag } from "./check-dag.ts";
export type { Clock } from "./clock.ts";
export { CoalescedAudit } from "./coalesced-audit.ts";
export { type ConnectionChange, changeConnection } from "./connection-change.ts";
export {
  type ConnectionScope,
  checkInScope,
  isInScope,
  parseConnectionScope,
  parseScopeText,
} from "./connection-scope.ts";
export { createTaskInstance } from "./create-task-instance.ts";
export {
  DAGS_NAME,
  type DagLabel,
  GRANT_ROLES,
  type Grant,
  type GrantRole,
  isAtLeast,
  isRestricted,
  judgeDagAccess,
  namesDag,
} from "./dag-access.ts";
export { buildGraph, type DagGraph, findClosure, openGraphCache } from "./dag-graph.ts";
export * from "./dag-spec.ts";
export { AirloomError, type ErrorCode } from "./error.ts";
export {
  type HostRule,
  type HostVerdict,
  isHostPattern,
  judgeHost,
  stripAuthority,
} from "./hosts/judge-host.ts";
export { renderPageHeaders } from "./hosts/page-headers.ts";
export { REFUSAL_HEADERS, renderBareRefusal } from "./hosts/refusal.ts";
export { refuseHost, type ServiceNames } from "./hosts/refuse-host.ts";
export { checkInvariants } from "./invariants/check-invariants.ts";
export type { Effect, Evidence } from "./invariants/evidence.ts";
export type { JsonObject, JsonValue } from "./json.ts";
export { findLeadingMoves } from "./leading-moves.ts";
export type { Logger } from "./logger.ts";
export {
  maskSecretsInText,
  secretsInText,
  secretsOfConnection,
} from "./masking/find-secrets.ts";
export { MASK, maskExtra } from "./masking/mask-extra.ts";
export { SecretMask } from "./masking/secret-mask.ts";
export { applyRunMove, applyTaskMove, type RunMove, type TaskMove } from "./move.ts";
export { type ExplainSnapshot, explainRun, explainTask, type Reason } from "./plan/explain.ts";
export { findTimeoutAt } from "./plan/judge-run.ts";
export { type Plan, plan } from "./plan/plan.ts";
export { type BoardOptions, type PastRun, RunBoard } from "./plan/run-board.ts";
export type { PlanSnapshot } from "./plan/snapshot.ts";
export { isOccupying, type PoolLimit, Usage } from "./plan/usage.ts";
export * from "./ports/access-store.ts";
export * from "./ports/attempt-store.ts";
export * from "./ports/config-store.ts";
export * from "./ports/dag-store.ts";
export * from "./ports/events.ts";
export * from "./ports/executor.ts";
export type { GrantStore } from "./ports/grant-store.ts";
export * from "./ports/health-store.ts";
export * from "./ports/logs.ts";
export * from "./ports/operations.ts";
export * from "./ports/overview-store.ts";
export * from "./ports/page.ts";
export * from "./ports/run-store.ts";
export * from "./ports/store.ts";
export * from "./ports/transitions.ts";
export * from "./ports/xcom-store.ts";
export {
  type ClearPlan,
  findTargets,
  planClear,
  type RepairRun,
} from "./repair/clear.ts";
export { type Mark, planMark, planMarkRun } from "./repair/mark.ts";
export { findRetryDelayMs, hasTriesLeft, MAX_RETRY_DELAY_S } from "./retry-delay.ts";
export { MAX_RUN_ID_LENGTH, parseRunId, readRunId, renderRunDate, renderRunId } from "./run-id.ts";
export { CRON_PRESETS, checkSchedule, parseSchedule } from "./schedule/parse-schedule.ts";
export { renderWhen } from "./schedule/render-when.ts";
export {
  findActiveRunsLimit,
  findManualInterval,
  isSchedulePoint,
  planNextRun,
  type SchedulePoint,
  type Timetable,
  type TimetableState,
} from "./schedule/timetable.ts";
export * from "./state.ts";
export * from "./task-instance.ts";
export * from "./transition-table.ts";
export {
  countDone,
  countUpstream,
  judge,
  type UpstreamCounts,
  type Verdict,
} from "./trigger-rule.ts";
