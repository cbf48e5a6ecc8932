export {
  type AppliedMoves,
  type GroupCommit,
  type GroupCommitOptions,
  type MoveAnswer,
  type MoveBatch,
  openGroupCommit,
} from "./commit/group-commit.ts";
export { type OperationsOptions, openOperations } from "./operations/operations.ts";
export {
  type DagFile,
  openScheduler,
  type Reason,
  type Scheduler,
  type SchedulerOptions,
  type SchedulerSettings,
} from "./scheduler/scheduler.ts";
