import { PyFloat, type Value } from "@airloom/jinja";
import type { DuckDBConnection, DuckDBInstance, DuckDBValue } from "@duckdb/node-api";
import type { Cage } from "../cage/cage.ts";
import {
  CAGED_OPTIONS,
  checkCredentials,
  explainRefusal,
  isSessionSetting,
  lockDatabase,
} from "../cage/cage-duckdb.ts";
import { DbtError, messageOf } from "../error.ts";
import { isJsonObject, type JsonObject, listOf, renderScalar } from "../json.ts";
import { renderText } from "../template/values.ts";
import { Column } from "./column.ts";
import { readRetries, refuseProfileKeys, renderAttach, renderLoad } from "./profile-keys.ts";
import { quoteText, Relation } from "./relation.ts";
import { ResultTable } from "./result-table.ts";
import { tryAgain, type Wait } from "./try-again.ts";

/** What a statement answered. */
export interface StatementResult {
  readonly table: ResultTable;
  /** Rows that an insert, update or delete changed. */
  readonly rowsChanged: number;
}

/** One connection to the database; a worker thread of dbt owns one. */
export interface Session {
  /** Runs one or more statements; answers what the last one gave. */
  query(sql: string): Promise<StatementResult>;
  /** Runs statements whose rows nobody needs. */
  run(sql: string): Promise<void>;
  isInTransaction(): boolean;
  begin(): Promise<void>;
  commit(): Promise<void>;
  /** Undoes an open transaction; does nothing without one. */
  rollback(): Promise<void>;
  /** Stops the running statement, which then fails. */
  interrupt(): void;
  close(): void;
}

/** An open DuckDB database with a session for each thread. */
export interface Database {
  openSession(): Promise<Session>;
  close(): void;
}

function toValue(value: DuckDBValue): Value {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isInteger(value) ? new PyFloat(value) : value;
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  return value.toString();
}

const INTEGER_TYPES: ReadonlySet<string> = new Set([
  "TINYINT",
  "SMALLINT",
  "INTEGER",
  "UTINYINT",
  "USMALLINT",
  "UINTEGER",
]);

function readCell(value: DuckDBValue, type: string): Value {
  if (typeof value === "number" && INTEGER_TYPES.has(type)) return value;
  if (type.startsWith("DECIMAL") && value !== null) return Number(value.toString());
  return toValue(value);
}

interface SessionRules {
  /** Says more about what DuckDB says, where there is more to say. */
  readonly describe: (message: string) => string;
  /** Runs a statement as often as the profile says. */
  readonly retried: <T>(work: () => Promise<T>) => Promise<T>;
  readonly hasTransactions: boolean;
}

class DuckdbSession implements Session {
  readonly #connection: DuckDBConnection;
  readonly #rules: SessionRules;
  #open = false;

  constructor(connection: DuckDBConnection, rules: SessionRules) {
    this.#connection = connection;
    this.#rules = rules;
  }

  async query(sql: string): Promise<StatementResult> {
    try {
      const reader = await this.#rules.retried(() => this.#connection.runAndReadAll(sql));
      const types = reader.columnTypes().map(String);
      const rows = reader
        .getRows()
        .map((row) => row.map((cell, index) => readCell(cell, types[index] ?? "")));
      return {
        table: new ResultTable(reader.columnNames(), rows),
        rowsChanged: reader.rowsChanged,
      };
    } catch (error) {
      throw databaseError(error, this.#rules.describe);
    }
  }

  async run(sql: string): Promise<void> {
    try {
      await this.#rules.retried(() => this.#connection.run(sql));
    } catch (error) {
      throw databaseError(error, this.#rules.describe);
    }
  }

  isInTransaction(): boolean {
    return this.#open;
  }

  async begin(): Promise<void> {
    if (this.#open || !this.#rules.hasTransactions) return;
    await this.run("begin");
    this.#open = true;
  }

  async commit(): Promise<void> {
    if (!this.#open) return;
    await this.run("commit");
    this.#open = false;
  }

  async rollback(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    try {
      await this.#connection.run("rollback");
    } catch {
      // DuckDB has already ended the transaction when its error was fatal for it.
    }
  }

  interrupt(): void {
    this.#connection.interrupt();
  }

  close(): void {
    this.#connection.closeSync();
  }
}

function databaseError(error: unknown, describe: SessionRules["describe"]): DbtError {
  return new DbtError("Database", describe(messageOf(error).trim()), { cause: error });
}

async function attach(connection: DuckDBConnection, credentials: JsonObject): Promise<void> {
  for (const item of listOf(credentials["attach"]).filter(isJsonObject)) {
    await connection.run(renderAttach(item));
  }
}

async function loadExtensions(connection: DuckDBConnection, credentials: JsonObject) {
  for (const item of listOf(credentials["extensions"])) await connection.run(renderLoad(item));
}

async function applySettings(
  connection: DuckDBConnection,
  credentials: JsonObject,
  applies: (name: string) => boolean = () => true,
): Promise<void> {
  const settings = credentials["settings"];
  for (const [key, value] of Object.entries(isJsonObject(settings) ? settings : {})) {
    if (applies(key)) await connection.run(`set ${key} = ${quoteText(renderScalar(value))}`);
  }
}

function lockedMessage(path: string, error: unknown): string {
  const text = messageOf(error);
  if (!text.includes("lock")) return `Cannot open the database "${path}": ${text}`;
  return `Cannot open the database "${path}": another process has it open, and DuckDB lets only one process write: ${text}`;
}

async function createInstance(
  path: string,
  credentials: JsonObject,
  cage: Cage | undefined,
): Promise<DuckDBInstance> {
  const { DuckDBInstance: Instance } = await import("@duckdb/node-api");
  const options = isJsonObject(credentials["config_options"]) ? credentials["config_options"] : {};
  const texts = Object.fromEntries(
    Object.entries(options).map(([key, value]) => [key, renderScalar(value)]),
  );
  return Instance.create(path, cage === undefined ? texts : { ...texts, ...CAGED_OPTIONS });
}

/**
 * Opens a DuckDB database, closed around the step when there is a cage. The library is loaded only here, so that parsing
 * never pays for it.
 */
export async function openDatabase(
  path: string,
  credentials: JsonObject,
  cage: Cage | undefined,
  wait?: Wait,
): Promise<Database> {
  refuseProfileKeys(credentials);
  if (cage !== undefined) checkCredentials(cage, path, credentials);
  const { connectAttempts, queryAttempts, isRetryable } = readRetries(credentials);
  const again = wait === undefined ? { isRetryable } : { isRetryable, wait };
  const instance = await tryAgain({ ...again, attempts: connectAttempts }, () =>
    createInstance(path, credentials, cage),
  ).catch((error: unknown) => {
    throw new DbtError("Runtime", lockedMessage(path, error), { cause: error });
  });
  const first = await instance.connect();
  if (cage !== undefined) {
    await applySettings(first, credentials);
    await loadExtensions(first, credentials);
    await attach(first, credentials);
    await lockDatabase(first, cage);
  } else {
    await attach(first, credentials);
  }
  first.closeSync();
  return {
    openSession: async () => {
      const connection = await instance.connect();
      if (cage === undefined) await loadExtensions(connection, credentials);
      await applySettings(
        connection,
        credentials,
        cage === undefined ? undefined : isSessionSetting,
      );
      return new DuckdbSession(connection, {
        describe: cage === undefined ? String : explainRefusal,
        retried: (work) => tryAgain({ ...again, attempts: queryAttempts }, work),
        hasTransactions: credentials["disable_transactions"] !== true,
      });
    },
    close: () => instance.closeSync(),
  };
}

/** Anything that can run a statement. */
export interface Queryable {
  query(sql: string): Promise<StatementResult>;
}

/** Tables and views of a database. */
export async function findRelations(
  session: Queryable,
  database: string,
): Promise<readonly Relation[]> {
  const { table } = await session.query(
    `select table_schema, table_name, table_type from system.information_schema.tables
     where lower(table_catalog) = lower(${quoteText(database)})`,
  );
  return table.rows.map(
    ([schema, name, type]) =>
      new Relation({
        database,
        schema: renderText(schema ?? null),
        identifier: renderText(name ?? null),
        type: type === "VIEW" ? "view" : "table",
      }),
  );
}

/** Schemas of a database. */
export async function findSchemas(
  session: Queryable,
  database: string,
): Promise<readonly string[]> {
  const { table } = await session.query(
    `select schema_name from system.information_schema.schemata
     where lower(catalog_name) = lower(${quoteText(database)})`,
  );
  return table.rows.map(([name]) => renderText(name ?? null));
}

function toColumns({ table }: StatementResult): readonly Column[] {
  return table.rows.map(
    ([name, type]) => new Column(renderText(name ?? null), renderText(type ?? null)),
  );
}

async function describe(session: Queryable, target: string): Promise<readonly Column[]> {
  return toColumns(
    await session.query(`select column_name, column_type from (describe ${target})`),
  );
}

/** Columns of a select statement, which may end in a comment. */
export async function findQueryColumns(
  session: Queryable,
  sql: string,
): Promise<readonly Column[]> {
  return describe(session, `(\n${sql}\n)`);
}

/** Columns of a relation; none of one that does not exist. */
export async function findColumns(
  session: Queryable,
  relation: Relation,
): Promise<readonly Column[]> {
  try {
    return await describe(session, relation.render());
  } catch {
    // The catalogue also knows a view whose tables are gone.
    const parts = [
      ["table_name", relation.identifier],
      ["schema_name", relation.schema],
      ["database_name", relation.database],
    ] as const;
    const conditions = parts.flatMap(([column, name]) =>
      name === undefined || name === null ? [] : [`lower(${column}) = lower(${quoteText(name)})`],
    );
    return toColumns(
      await session.query(
        `select column_name, data_type from duckdb_columns()
         where ${conditions.join(" and ")} order by column_index`,
      ),
    );
  }
}
