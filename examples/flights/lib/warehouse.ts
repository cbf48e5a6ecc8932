import { join } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";

/** The DuckDB file that the tasks and the dbt project share. */
export function warehouseFile(): string {
  return join(process.env["AIRLOOM_PROJECT_DIR"] ?? process.cwd(), "data/warehouse.duckdb");
}

/**
 * Opens a DuckDB database, hands over a connection and closes it again.
 *
 * DuckDB lets one process at a time open a file: a task holds it only while it works.
 */
export async function withDuckDb<T>(
  file: string,
  use: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  try {
    return await use(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** One row of a query, as numbers and texts. */
export async function queryRow(
  connection: DuckDBConnection,
  sql: string,
): Promise<Record<string, string | number | null>> {
  const reader = await connection.runAndReadAll(sql);
  const row = reader.getRowObjectsJson()[0] ?? {};
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)]));
}

// DuckDB gives 64-bit integers as text; none of ours is beyond 2^53.
function plain(value: unknown): string | number | null {
  if (value === null || typeof value === "number") return value;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return /^-?\d{1,15}$/u.test(text) ? Number(text) : text;
}

/** A text as an SQL literal. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
