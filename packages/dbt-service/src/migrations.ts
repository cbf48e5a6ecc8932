import { readdir, readFile } from "node:fs/promises";
import type { SqlMigration } from "./sql-database.ts";

/** Name of the schema that holds everything the job service stores. */
export const SCHEMA = "dbt_service";

/** The service's migrations in their order. */
export async function loadMigrations(): Promise<readonly SqlMigration[]> {
  const folder = new URL("./migrations/", import.meta.url);
  const names = (await readdir(folder)).filter((name) => name.endsWith(".sql")).toSorted();
  return Promise.all(
    names.map(async (name) => ({ name, sql: await readFile(new URL(name, folder), "utf8") })),
  );
}
