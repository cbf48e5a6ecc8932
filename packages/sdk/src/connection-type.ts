import type { Connection, ConnectionTestResult } from "@airloom/core";

/** One input of a connection form. `extra.<name>` is a key of the connection's extra JSON. */
export interface ConnectionField {
  readonly name: "host" | "login" | "password" | "schema" | "port" | `extra.${string}`;
  readonly label: string;
  readonly kind: "text" | "secret" | "number" | "boolean" | "select";
  readonly required?: boolean;
  readonly placeholder?: string;
  readonly help?: string;
  /** Choices of a `select`. */
  readonly options?: readonly string[];
}

/** A kind of connection: how its form looks and how it is tested. */
export interface ConnectionType {
  /** Such as `dbt_cloud`. */
  readonly connType: string;
  readonly label: string;
  readonly fields: readonly ConnectionField[];
  /** Tries the connection. Runs in a task process, never in the server. */
  readonly test?: (
    connection: Connection,
    options: { readonly signal: AbortSignal },
  ) => Promise<ConnectionTestResult>;
}

const registered = new Map<string, ConnectionType>();

/** Makes a kind of connection known to the connection form and its test button. */
export function defineConnectionType(type: ConnectionType): ConnectionType {
  registered.set(type.connType, type);
  return type;
}

/** The kind of connection of that name, if the module that defines it has been imported in this process. */
export function findConnectionType(connType: string): ConnectionType | undefined {
  return registered.get(connType);
}

/** Every kind of connection known in this process, by label. */
export function getConnectionTypes(): readonly ConnectionType[] {
  return [...registered.values()].toSorted((a, b) => a.label.localeCompare(b.label));
}
