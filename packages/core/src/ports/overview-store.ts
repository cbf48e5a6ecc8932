import type { NodeState, RunState } from "../state.ts";
import type { Failure } from "../task-instance.ts";

/**
 * What went wrong inside a run, whatever state it ended in: a run whose last tasks succeed is a success although tasks
 * before them failed. Counted over what stands now: what a retry, a clear or a mark has mended is not in it.
 */
export interface RunTrouble {
  readonly failedTasks: number;
  readonly upstreamFailedTasks: number;
  /** dbt nodes of attempts that are under way or over; of tasks that wait to run again none. */
  readonly failedNodes: number;
  readonly warnedNodes: number;
}

/** A task instance that stands at failed, or a dbt node that failed in one. */
export interface OpenFailure {
  readonly dagId: string;
  readonly runId: string;
  readonly runState: RunState;
  readonly taskId: string;
  readonly mapIndex: number;
  readonly tryNumber: number;
  readonly endedAt: Date | null;
  readonly failure: Failure | null;
  readonly node: {
    readonly uniqueId: string;
    readonly name: string;
    readonly state: NodeState;
    readonly message: string | null;
    readonly file: string | null;
    readonly line: number | null;
  } | null;
}

/** How far a run is. */
export interface RunProgress {
  readonly dagRunId: string;
  readonly total: number;
  /** Task instances that have ended for good. */
  readonly done: number;
  /** Why the scheduler holds one of its tasks back, where it does. */
  readonly holdReason: string | null;
}

/** What stands now across all Dags and runs: counted in the database, so that nothing stops at a page's end. */
export interface OverviewStore {
  /** What went wrong in each of these runs, by its row; a run in which nothing did is left out. */
  loadRunTroubles(dagRunIds: readonly string[]): Promise<ReadonlyMap<string, RunTrouble>>;
  /**
   * Runs by hour and state: those that ended since then in the hour they ended, those under way in the hour they began
   * or else were queued. `troubled` are those in which something failed.
   */
  loadRunActivity(
    since: Date,
    /** Of these Dags; left out of all. */
    dagIds?: readonly string[],
  ): Promise<
    readonly {
      readonly hour: Date;
      readonly state: RunState;
      readonly count: number;
      readonly troubled: number;
    }[]
  >;
  /**
   * What failed and is not mended, newest first, with how many there are in all: in runs that ended since then or are
   * under way, and in the newest run of each Dag that is not paused. A later run of the Dag mends a failure when the
   * task succeeded in it, or when the run succeeded without the task failing. Where dbt nodes tell why a task failed,
   * they stand for it.
   */
  loadOpenFailures(
    since: Date,
    limit: number,
    /** Of these Dags; left out of all. */
    dagIds?: readonly string[],
  ): Promise<{ readonly items: readonly OpenFailure[]; readonly total: number }>;
  /** How far each of these runs is; a run without tasks is left out. */
  loadRunProgress(dagRunIds: readonly string[]): Promise<readonly RunProgress[]>;
}
