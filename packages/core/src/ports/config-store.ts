import type { ConnectionChange } from "../connection-change.ts";
import type { ConnectionScope } from "../connection-scope.ts";
import type { Page, PageRequest } from "./page.ts";

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
  /** Which Dags may use it; null is every Dag. */
  readonly dags: ConnectionScope;
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

/** A connection with its secrets, and which Dags may have them. */
export interface ScopedConnection extends Connection {
  readonly dags: ConnectionScope;
}

/** A value that tasks read by its key. */
export interface Variable {
  readonly key: string;
  readonly value: string;
  readonly description: string | null;
  readonly isSecret: boolean;
  readonly updatedAt: Date | null;
}

/** Slots that task instances share, and who takes them now. */
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

/** Where connections, variables and pools live. */
export interface ConfigStore {
  /**
   * Contract: `undefined` fields of an update keep their value, and so do values of `extra` that still are the
   * mask `***` of a view, unless the update moves the connection to another place (`changeConnection`); password and
   * extra are encrypted at rest. Answers which saved secrets were cleared.
   */
  saveConnection(connection: ConnectionChange, now: Date): Promise<readonly string[]>;
  deleteConnection(connectionId: string): Promise<boolean>;
  findConnectionView(connectionId: string): Promise<ConnectionView | undefined>;
  listConnections(
    filter: { readonly search?: string },
    page: PageRequest,
  ): Promise<Page<ConnectionView>>;
  /** What is secret in any connection or variable: for masking only. */
  loadSecrets(): Promise<readonly string[]>;
  /**
   * With secrets: for tasks only, and only for those of Dags in its scope (`checkInScope`). Environment
   * (`AIRLOOM_CONN_<ID>`, URI or JSON) wins over the database, as in Airflow, with the scope that it says itself.
   */
  findConnection(connectionId: string): Promise<ScopedConnection | undefined>;

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
