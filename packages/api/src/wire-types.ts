import type { z } from "zod";
import type { OPERATIONS } from "./operations.ts";
import type { OperationId } from "./routes.ts";
import type * as access from "./schemas/access.ts";
import type * as admin from "./schemas/admin.ts";
import type * as dag from "./schemas/dag.ts";
import type * as run from "./schemas/dag-run.ts";
import type * as monitor from "./schemas/monitor.ts";
import type * as task from "./schemas/task-instance.ts";
import type * as ui from "./schemas/ui.ts";
import type * as uiDag from "./schemas/ui-dag.ts";
import type * as event from "./schemas/ui-event.ts";
import type * as grid from "./schemas/ui-grid.ts";
import type * as home from "./schemas/ui-home.ts";
import type * as uiLog from "./schemas/ui-log.ts";
import type * as node from "./schemas/ui-node.ts";
import type * as uiRun from "./schemas/ui-run.ts";

type Operations = typeof OPERATIONS;

type OutputOf<T> = T extends z.ZodType ? z.output<T> : unknown;
type Field<O, K extends string> = O extends Readonly<Record<K, infer V>> ? V : undefined;

/** The path parameters of an operation, after parsing. */
export type ParamsOf<K extends OperationId> = OutputOf<Field<Operations[K], "params">>;
/** The query of an operation, after parsing. */
export type QueryOf<K extends OperationId> = OutputOf<Field<Operations[K], "query">>;
/** The body of an operation, after parsing. */
export type BodyOf<K extends OperationId> = OutputOf<Field<Operations[K], "body">>;
/** What an operation answers. */
export type ResponseOf<K extends OperationId> =
  Field<Operations[K], "response"> extends infer R
    ? R extends z.ZodType
      ? z.output<R>
      : undefined
    : never;

type PathInput<K extends OperationId> =
  Field<Operations[K], "params"> extends infer P ? (P extends z.ZodType ? z.output<P> : {}) : {};
type QueryInput<K extends OperationId> =
  Field<Operations[K], "query"> extends infer Q
    ? Q extends z.ZodType
      ? { readonly [F in keyof z.output<Q>]?: z.output<Q>[F] | undefined }
      : {}
    : {};
type BodyInput<K extends OperationId> =
  Field<Operations[K], "body"> extends infer B
    ? B extends z.ZodType
      ? { readonly body: z.input<B> }
      : {}
    : {};

/** What the client takes for an operation: path and query side by side, and the body under `body`. */
export type RequestOf<K extends OperationId> = PathInput<K> & QueryInput<K> & BodyInput<K>;

export type Role = z.output<typeof access.Role>;
export type CurrentUser = z.output<typeof access.CurrentUser>;
export type User = z.output<typeof access.User>;
export type Grant = z.output<typeof access.GrantBody>;
export type Session = z.output<typeof access.Session>;
export type TokenResponse = z.output<typeof access.TokenResponse>;
export type HealthInfo = z.output<typeof monitor.HealthInfo>;
export type VersionInfo = z.output<typeof monitor.VersionInfo>;
export type Dag = z.output<typeof dag.Dag>;
export type DagDetails = z.output<typeof dag.DagDetails>;
export type DagVersion = z.output<typeof dag.DagVersion>;
export type Task = z.output<typeof dag.Task>;
export type TimeDelta = z.output<typeof dag.TimeDelta>;
export type ImportError = z.output<typeof dag.ImportError>;
export type DagRun = z.output<typeof run.DagRun>;
export type TaskInstance = z.output<typeof task.TaskInstance>;
export type TaskTry = z.output<typeof task.TaskTry>;
export type WireTaskState = z.output<typeof task.WireTaskState>;
export type LogLine = z.output<typeof task.LogLine>;
export type Log = z.output<typeof task.Log>;
export type XCom = z.output<typeof task.XCom>;
export type XComInfo = z.output<typeof task.XComInfo>;
export type Connection = z.output<typeof admin.Connection>;
export type ConnectionBody = z.input<typeof admin.ConnectionBody>;
export type ConnectionTest = z.output<typeof admin.ConnectionTest>;
export type Variable = z.output<typeof admin.Variable>;
export type Pool = z.output<typeof admin.Pool>;
export type EventLog = z.output<typeof admin.EventLog>;
export type UiConfig = z.output<typeof ui.UiConfig>;
export type UiHome = z.output<typeof home.UiHome>;
export type UiProblem = UiHome["problems"]["items"][number];
export type UiRun = z.output<typeof uiRun.UiRun>;
export type UiDag = z.output<typeof uiDag.UiDag>;
export type UiDagCollection = z.output<typeof uiDag.UiDagCollection>;
export type UiGrid = z.output<typeof grid.UiGrid>;
export type UiRow = z.output<typeof grid.UiRow>;
export type UiCell = z.output<typeof grid.UiCell>;
export type UiNode = z.output<typeof node.UiNode>;
export type UiNodes = z.output<typeof node.UiNodes>;
export type UiLog = z.output<typeof uiLog.UiLog>;
export type UiExplanation = z.output<typeof ui.UiExplanation>;
export type UiConnectionType = z.output<typeof ui.UiConnectionType>;
export type UiConnectionField = z.output<typeof ui.UiConnectionField>;
export type UiCodeFrame = z.output<typeof home.UiCodeFrame>;
export type UiEvent = z.output<typeof event.UiEvent>;
