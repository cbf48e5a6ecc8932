export { checkTypes, type TypeCheck, type TypeProblem } from "./check/check-types.ts";
export { findReferences, findSetVariables } from "./check/find-references.ts";
export {
  type AppliedMoves,
  type GroupCommit,
  type GroupCommitOptions,
  type MoveAnswer,
  type MoveBatch,
  openGroupCommit,
} from "./commit/group-commit.ts";
export {
  type LocalExecutorOptions,
  type LocalExecutorSettings,
  openLocalExecutor,
} from "./executors/local-executor.ts";
export { type ProcessCall, runInProcess } from "./executors/run-in-process.ts";
export { testConnectionInProcess } from "./executors/test-connection.ts";
export { listBundle, listDagFiles } from "./loader/bundle-files.ts";
export { renderCodeFrame } from "./loader/code-frame.ts";
export { type Loader, type LoaderOptions, openLoader } from "./loader/open-loader.ts";
export { AttemptMasks } from "./logs/attempt-masks.ts";
export { type FileLogStoreOptions, openFileLogStore } from "./logs/file-log-store.ts";
export { type OperationsOptions, openOperations } from "./operations/operations.ts";
export type { ModuleSettings } from "./runner/module-settings.ts";
export { openStoreTaskApi, type StoreTaskApiOptions } from "./runner/store-task-api.ts";
export { openScheduler } from "./scheduler/open-scheduler.ts";
export type { DagFile, Scheduler, SchedulerOptions } from "./scheduler/scheduler.ts";
export type { SchedulerSettings } from "./scheduler/scheduler-settings.ts";
export {
  openTriggerer,
  type Triggerer,
  type TriggererOptions,
} from "./triggerer/open-triggerer.ts";
