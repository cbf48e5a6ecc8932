import type { DagSpec } from "../dag-spec.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import type { NodeState, RunState, RunType, TaskState, TriggeredBy } from "../state.ts";
import type { DagRun, TaskInstance, TaskNode, TaskTry } from "../task-instance.ts";
import type { TransitionStore } from "./transitions.ts";

/** One page of a longer list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** How many there are in all. */
  readonly total: number;
}

/** Which page: `limit` is 1 to 1,000. */
export interface PageRequest {
  readonly limit: number;
  readonly offset: number;
  /** Field names of the item, with `-` in front for descending, as in Airflow's `order_by`. */
  readonly orderBy?: readonly string[];
}

export interface StoredDag {
  readonly dagId: string;
  readonly spec: DagSpec;
  /** Counts from 1; a new one whenever the canonical JSON changes. */
  readonly version: number;
  readonly hash: string;
  readonly file: string;
  readonly isPaused: boolean;
  /** False when its file no longer defines it. */
  readonly isActive: boolean;
  /** True while its file fails to import and this last good version is still in force. */
  readonly isStale: boolean;
  readonly parsedAt: Date;
  /** The schedule's next point, and the interval it stands for. */
  readonly nextRunAfter: Date | null;
  readonly nextDataIntervalStart: Date | null;
  readonly nextDataIntervalEnd: Date | null;
}

export interface DagVersion {
  readonly dagId: string;
  readonly version: number;
  readonly hash: string;
  readonly spec: DagSpec;
  readonly file: string;
  readonly source: string;
  readonly createdAt: Date;
}

/** A Dag file that could not be read, as people see it. */
export interface ImportError {
  readonly id: string;
  /** Relative to the bundle. */
  readonly file: string;
  readonly message: string;
  readonly line: number | null;
  readonly column: number | null;
  /** The lines around the place, with a marker. */
  readonly codeFrame: string | null;
  readonly stack: string | null;
  readonly at: Date;
}

/** What the loader found in one file. */
export interface LoadedFile {
  /** Relative to the bundle. */
  readonly file: string;
  readonly source: string;
  readonly contentHash: string;
  readonly dags: readonly { readonly spec: DagSpec; readonly hash: string }[];
  readonly error: Omit<ImportError, "id" | "file" | "at"> | null;
}

export interface DagStore {
  /**
   * Takes over what one file defines now: new versions, import error, Dags that left the file.
   *
   * Contract: after an import error the Dag's last good version stays active and is marked stale.
   * A Dag id that another active file defines already becomes an import error of this file.
   * Answers the ids of Dags that changed.
   */
  saveLoadedFile(loaded: LoadedFile, now: Date): Promise<readonly string[]>;
  /** Forgets files that are gone: their Dags turn inactive, their import errors vanish. */
  removeFiles(files: readonly string[], now: Date): Promise<readonly string[]>;
  findDag(dagId: string): Promise<StoredDag | undefined>;
  listDags(
    filter: {
      readonly search?: string;
      readonly tags?: readonly string[];
      readonly paused?: boolean;
      readonly active?: boolean;
      readonly dagIds?: readonly string[];
    },
    page: PageRequest,
  ): Promise<Page<StoredDag>>;
  findDagVersion(dagId: string, version?: number): Promise<DagVersion | undefined>;
  listDagVersions(
    dagId: string,
    page: PageRequest,
  ): Promise<Page<Omit<DagVersion, "spec" | "source">>>;
  setPaused(dagId: string, isPaused: boolean): Promise<boolean>;
  listImportErrors(page: PageRequest): Promise<Page<ImportError>>;
  /** Active, unpaused Dags whose `nextRunAfter` has come. */
  loadDueDags(now: Date, limit: number): Promise<readonly StoredDag[]>;
  /** Where the schedule stands next. Only for Dags whose schedule was read anew or unpaused; a run's creation moves it in `createRun`. */
  saveNextRun(
    dagId: string,
    next: {
      readonly runAfter: Date;
      readonly intervalStart: Date;
      readonly intervalEnd: Date;
    } | null,
  ): Promise<void>;
  /** Removes a Dag with all its runs. */
  deleteDag(dagId: string): Promise<boolean>;
}

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

export interface RunStore extends TransitionStore {
  /**
   * Creates a run with a task instance for every task of the Dag's newest version, and moves the schedule on,
   * all in one transaction under the unique key (dag, logical date) for scheduled runs and (dag, run id) for all.
   *
   * Contract: the second of two concurrent calls for one key answers `undefined` and changes nothing.
   */
  createRun(
    run: NewRun,
    options: {
      readonly now: Date;
      readonly advance?: {
        readonly runAfter: Date;
        readonly intervalStart: Date;
        readonly intervalEnd: Date;
      } | null;
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
  saveNotes(
    notes: readonly { readonly taskInstanceId: string; readonly note: string | null }[],
  ): Promise<void>;
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

export interface ActiveRun {
  readonly run: DagRun;
  readonly spec: DagSpec;
  readonly isPaused: boolean;
  readonly file: string;
  readonly taskInstances: readonly TaskInstance[];
}

export const MAX_XCOM_BYTES = 1_048_576;

export interface XComKey {
  readonly dagId: string;
  readonly runId: string;
  readonly taskId: string;
  readonly mapIndex: number;
  readonly key: string;
}

export interface XComEntry extends XComKey {
  readonly value: JsonValue;
  readonly at: Date;
}

export interface XComStore {
  /** Contract: refuses a value over `MAX_XCOM_BYTES` as JSON with `xcom.too_large`. */
  saveXCom(entry: Omit<XComEntry, "at">, now: Date): Promise<void>;
  findXCom(key: XComKey): Promise<XComEntry | undefined>;
  listXComs(key: Omit<XComKey, "key">): Promise<readonly XComEntry[]>;
  /** A new attempt starts without the values of the one before. */
  clearXComs(key: Omit<XComKey, "key">): Promise<void>;
}

/** Things that belong to an attempt and are shown on its page. */
export interface AttemptStore {
  /** Upserts by `uniqueId`; a node that is left out stays as it was. */
  saveNodes(taskInstanceId: string, tryNumber: number, nodes: readonly TaskNode[]): Promise<void>;
  listNodes(taskInstanceId: string, tryNumber?: number): Promise<readonly TaskNode[]>;
  /** Node states of many runs for the grid: small rows only. */
  loadNodeGrid(
    dagId: string,
    runIds: readonly string[],
  ): Promise<
    readonly {
      readonly runId: string;
      readonly taskId: string;
      readonly uniqueId: string;
      readonly name: string;
      readonly resourceType: string;
      readonly state: string;
      readonly index: number;
    }[]
  >;
  /** How many nodes of each state the newest attempts of these runs have: node health of the Dags page in one query. */
  loadNodeCounts(dagRunIds: readonly string[]): Promise<
    readonly {
      readonly dagRunId: string;
      readonly state: NodeState;
      readonly count: number;
    }[]
  >;
  saveRenderedFields(taskInstanceId: string, tryNumber: number, fields: JsonObject): Promise<void>;
  findRenderedFields(taskInstanceId: string, tryNumber?: number): Promise<JsonObject | undefined>;
  /**
   * State of a task that outlives its process, per chain: the record of an intent before an outside call.
   * A clear starts a new chain and with it an empty state.
   */
  saveTaskState(
    taskInstanceId: string,
    chain: number,
    key: string,
    value: JsonValue,
  ): Promise<void>;
  findTaskState(taskInstanceId: string, chain: number, key: string): Promise<JsonValue | undefined>;
}

/** A connection without its secrets: all that UI and API ever show. */
export interface ConnectionView {
  readonly connectionId: string;
  readonly connType: string;
  readonly description: string | null;
  readonly host: string | null;
  readonly login: string | null;
  readonly schema: string | null;
  readonly port: number | null;
  readonly hasPassword: boolean;
  /** Extra as JSON text, with the values of secret-looking keys masked. */
  readonly extra: string | null;
  /** `database` or `environment` (`AIRLOOM_CONN_…`). */
  readonly origin: "database" | "environment";
  readonly updatedAt: Date | null;
}

/** A connection as a running task gets it. Never logged, never sent to a browser. */
export interface Connection {
  readonly connectionId: string;
  readonly connType: string;
  readonly description: string | null;
  readonly host: string | null;
  readonly login: string | null;
  readonly password: string | null;
  readonly schema: string | null;
  readonly port: number | null;
  /** JSON text. */
  readonly extra: string | null;
}

export interface Variable {
  readonly key: string;
  readonly value: string;
  readonly description: string | null;
  readonly isSecret: boolean;
  readonly updatedAt: Date | null;
}

export interface Pool {
  readonly name: string;
  /** -1 is unlimited. */
  readonly slots: number;
  readonly description: string | null;
  readonly includeDeferred: boolean;
  readonly occupiedSlots: number;
  readonly queuedSlots: number;
  readonly runningSlots: number;
  readonly scheduledSlots: number;
  readonly deferredSlots: number;
}

export interface ConfigStore {
  /**
   * Contract: `undefined` fields of an update keep their value, and so do values of `extra` that still are the
   * mask `***` of a view; password and extra are encrypted at rest.
   */
  saveConnection(
    connection: Partial<Omit<Connection, "connectionId">> & { readonly connectionId: string },
    now: Date,
  ): Promise<void>;
  deleteConnection(connectionId: string): Promise<boolean>;
  findConnectionView(connectionId: string): Promise<ConnectionView | undefined>;
  listConnections(
    filter: { readonly search?: string },
    page: PageRequest,
  ): Promise<Page<ConnectionView>>;
  /** With secrets: for tasks only. Environment (`AIRLOOM_CONN_<ID>`, URI or JSON) wins over the database, as in Airflow. */
  findConnection(connectionId: string): Promise<Connection | undefined>;

  saveVariable(variable: Omit<Variable, "updatedAt">, now: Date): Promise<void>;
  deleteVariable(key: string): Promise<boolean>;
  /** Environment (`AIRLOOM_VAR_<KEY>`) wins over the database. */
  findVariable(key: string): Promise<Variable | undefined>;
  /** A list never carries a secret: the value of a secret variable is `***` in it. */
  listVariables(filter: { readonly search?: string }, page: PageRequest): Promise<Page<Variable>>;

  savePool(pool: Pick<Pool, "name" | "slots" | "description" | "includeDeferred">): Promise<void>;
  deletePool(name: string): Promise<boolean>;
  findPool(name: string): Promise<Pool | undefined>;
  listPools(page: PageRequest): Promise<Page<Pool>>;
}

export interface User {
  readonly username: string;
  readonly role: "admin" | "editor" | "viewer";
  readonly isActive: boolean;
}

export interface AuditEntry {
  readonly id: string;
  readonly at: Date;
  readonly actor: string;
  readonly event: string;
  readonly dagId: string | null;
  readonly runId: string | null;
  readonly taskId: string | null;
  readonly extra: JsonObject;
}

export interface AccessStore {
  saveUser(user: User & { readonly passwordHash?: string }): Promise<void>;
  findUser(username: string): Promise<(User & { readonly passwordHash: string }) | undefined>;
  /** `tokenHash` is SHA-256 of the token; the token itself is never stored. */
  saveSession(session: {
    readonly tokenHash: string;
    readonly username: string;
    readonly expiresAt: Date;
  }): Promise<void>;
  findSession(tokenHash: string, now: Date): Promise<User | undefined>;
  deleteSession(tokenHash: string): Promise<void>;
  saveAudit(entry: Omit<AuditEntry, "id">): Promise<void>;
  listAudit(
    filter: {
      readonly dagId?: string;
      readonly runId?: string;
      readonly taskId?: string;
      readonly event?: string;
    },
    page: PageRequest,
  ): Promise<Page<AuditEntry>>;
}

export const COMPONENTS = [
  "scheduler",
  "triggerer",
  "dag_processor",
  "api_server",
  "dbt_service",
] as const;
export type Component = (typeof COMPONENTS)[number];

export interface HealthStore {
  saveHeartbeat(component: Component, now: Date): Promise<void>;
  loadHeartbeats(): Promise<Readonly<Partial<Record<Component, Date>>>>;
  /** Resolves when the database answers. */
  ping(): Promise<void>;
}

/** Everything that is kept. Every adapter must pass `describeStore` of the testkit. */
export interface Store
  extends DagStore,
    RunStore,
    XComStore,
    AttemptStore,
    ConfigStore,
    AccessStore,
    HealthStore {
  close(): Promise<void>;
}
