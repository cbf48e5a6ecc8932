import type { DagSpec } from "../dag-spec.ts";
import type { JsonObject } from "../json.ts";
import type { SchedulePoint } from "../schedule/timetable.ts";
import type { RunState, RunType, TaskState, TriggeredBy } from "../state.ts";
import type { DagRun, TaskInstance, TaskTry } from "../task-instance.ts";
import type { Page, PageRequest } from "./page.ts";
import type { TransitionStore } from "./transitions.ts";

/** What makes a run. */
export interface NewRun {
  readonly dagId: string;
  readonly runId: string;
  readonly runType: RunType;
  readonly triggeredBy: TriggeredBy;
  readonly triggeringUser: string | null;
  readonly logicalDate: Date | null;
  readonly dataIntervalStart: Date | null;
  readonly dataIntervalEnd: Date | null;
  readonly runAfter: Date;
  readonly conf: JsonObject;
  readonly note: string | null;
}

/** One bound on one field, as in Airflow's `<field>_gte`; an empty field never matches. `duration` is in seconds. */
export type RangeFilter =
  | {
      readonly field: "logicalDate" | "runAfter" | "startedAt" | "endedAt";
      readonly op: "gt" | "gte" | "lt" | "lte";
      readonly value: Date;
    }
  | {
      readonly field: "duration";
      readonly op: "gt" | "gte" | "lt" | "lte";
      readonly value: number;
    };

/** Which runs are listed; what is left out does not narrow. */
export interface RunFilter {
  readonly ranges?: readonly RangeFilter[];
  readonly dagIds?: readonly string[];
  readonly runIds?: readonly string[];
  readonly states?: readonly RunState[];
  readonly runTypes?: readonly RunType[];
  /** As in Airflow: `%` and `_` as in SQL LIKE, `|` between alternatives. */
  readonly runIdPattern?: string;
  readonly startedAfter?: Date;
  readonly endedAfter?: Date;
  readonly runAfterGte?: Date;
  readonly runAfterLte?: Date;
}

/** Where runs and their task instances live. */
export interface RunStore extends TransitionStore {
  /**
   * Creates a run with a task instance for every task of the Dag's newest version, and moves the schedule on,
   * all in one transaction under the unique key (dag, logical date) for scheduled runs and (dag, run id) for all.
   * `isDateUnique` asks for the logical date to be no other run's, scheduled or not: as in Airflow for a date that
   * somebody named. A date that is only the instant of a trigger may be shared.
   *
   * Contract: the second of two concurrent calls for one key answers `undefined` and changes nothing.
   */
  createRun(
    run: NewRun,
    options: {
      readonly now: Date;
      readonly advance?: SchedulePoint | null;
      /** @default false */
      readonly isDateUnique?: boolean;
    },
  ): Promise<DagRun | undefined>;
  findRun(dagId: string, runId: string): Promise<DagRun | undefined>;
  listRuns(filter: RunFilter, page: PageRequest): Promise<Page<DagRun>>;
  deleteRun(dagId: string, runId: string): Promise<boolean>;
  saveRunNote(dagId: string, runId: string, note: string | null): Promise<boolean>;

  /** Runs that are `queued` or `running`, oldest `runAfter` first within priority, with their Dag version and task instances. */
  loadActiveRuns(dagRunIds?: readonly string[]): Promise<readonly ActiveRun[]>;
  /** The run before this one in the order of logical dates, for `dependsOnPast`. */
  findPreviousRun(dagRunId: string): Promise<ActiveRun | undefined>;
  countActiveRuns(dagId: string): Promise<number>;

  findTaskInstance(key: {
    readonly dagId: string;
    readonly runId: string;
    readonly taskId: string;
    readonly mapIndex?: number;
  }): Promise<TaskInstance | undefined>;
  findTaskInstanceById(id: string): Promise<TaskInstance | undefined>;
  listTaskInstances(
    filter: {
      readonly dagIds?: readonly string[];
      readonly runIds?: readonly string[];
      readonly taskIds?: readonly string[];
      readonly mapIndexes?: readonly number[];
      readonly states?: readonly TaskState[];
      readonly pools?: readonly string[];
      readonly queues?: readonly string[];
      /** `logicalDate` and `runAfter` are those of the run. */
      readonly ranges?: readonly RangeFilter[];
    },
    page: PageRequest,
  ): Promise<Page<TaskInstance>>;
  listTries(taskInstanceId: string): Promise<readonly TaskTry[]>;
  /** Attempts whose lease ended before `now`: candidates for "lost". */
  loadExpiredLeases(now: Date): Promise<readonly TaskInstance[]>;
  /** Saves why the scheduler holds tasks back; shown to people, never read by the scheduler. */
  saveHoldReasons(
    holds: readonly { readonly taskInstanceId: string; readonly reason: string | null }[],
  ): Promise<void>;
  /** Saves what a person wrote; answers whether there is such a task instance. */
  saveTaskNote(taskInstanceId: string, note: string | null): Promise<boolean>;
  /** Task instances that carry a deferral, for the triggerer to pick up after a restart. */
  loadDeferred(): Promise<readonly TaskInstance[]>;
  /** The newest runs of many Dags, newest first: the Dags page in one query. */
  loadRunSummaries(
    dagIds: readonly string[],
    runsPerDag: number,
  ): Promise<readonly { readonly dagId: string; readonly runs: readonly DagRun[] }[]>;
  /** How many runs of each Dag are in each state, over all time; a state without runs is left out. */
  loadRunCounts(
    dagIds: readonly string[],
  ): Promise<
    readonly { readonly dagId: string; readonly state: RunState; readonly count: number }[]
  >;
  /** States of many task instances at once for the grid: small rows only. */
  loadGrid(
    dagId: string,
    runIds: readonly string[],
  ): Promise<
    readonly {
      readonly runId: string;
      readonly taskId: string;
      readonly mapIndex: number;
      readonly state: TaskState;
      readonly tryNumber: number;
      readonly startedAt: Date | null;
      readonly endedAt: Date | null;
    }[]
  >;
}

/** A run with all that a decision about it needs. */
export interface ActiveRun {
  readonly run: DagRun;
  readonly spec: DagSpec;
  readonly isPaused: boolean;
  readonly file: string;
  readonly taskInstances: readonly TaskInstance[];
}
