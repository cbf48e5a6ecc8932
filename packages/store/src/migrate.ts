import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AirloomError } from "@airloom/core";
import type { Database, Queries } from "./database.ts";

/** One forward-only step of a schema. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
}

/** The schema's own steps, in order. */
export function loadMigrations(): readonly Migration[] {
  const dir = join(import.meta.dirname, "migrations");
  return readdirSync(dir)
    .filter((name) => name.endsWith(".sql"))
    .map((name) => ({ name, sql: readFileSync(join(dir, name), "utf8") }));
}

/**
 * Creates the schema and applies the steps it has not seen, all in one transaction under one lock.
 *
 * Contract: two concurrent calls apply each step once; a database that has seen steps this code does not know,
 * or other versions of them, is refused.
 */
export async function migrate(
  database: Database,
  schema: string,
  migrations: readonly Migration[],
): Promise<void> {
  const name = parseSchemaName(schema);
  const steps = migrations.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  await database.transaction(async (queries) => {
    await queries.run({
      text: "select pg_advisory_xact_lock(hashtextextended($1, 0))",
      values: [`airloom.migrate.${name}`],
    });
    await queries.run({ text: `create schema if not exists ${name}` });
    await queries.run({
      text: `create table if not exists ${name}.schema_migration (
               name text primary key, checksum text not null, applied_at timestamptz not null default now())`,
    });
    await applyMissing(queries, name, steps);
  });
}

async function applyMissing(
  queries: Queries,
  schema: string,
  steps: readonly Migration[],
): Promise<void> {
  const applied = await queries.rows<{ name: string; checksum: string }>({
    text: `select name, checksum from ${schema}.schema_migration order by name`,
  });
  for (const { name, checksum } of applied) {
    const step = steps.find((candidate) => candidate.name === name);
    if (step === undefined || checksumOf(step) !== checksum) throw newerError(schema, name);
  }
  const seen = new Set(applied.map(({ name }) => name));
  for (const step of steps.filter(({ name }) => !seen.has(name))) {
    await queries.run({ text: step.sql });
    await queries.run({
      text: `insert into ${schema}.schema_migration (name, checksum) values ($1, $2)`,
      values: [step.name, checksumOf(step)],
    });
  }
}

function checksumOf(step: Migration): string {
  return createHash("sha256").update(step.sql.replaceAll("\r\n", "\n")).digest("hex");
}

function newerError(schema: string, name: string): AirloomError {
  return new AirloomError(
    "database.newer",
    `Cannot open schema "${schema}": it was changed by another version of Airloom (step "${name}" is unknown here or differs); use the version that last opened it, or a newer one`,
    { details: { schema, migration: name } },
  );
}

// The name goes into the text of statements, where no parameter can stand.
function parseSchemaName(schema: string): string {
  if (!/^[a-z][a-z0-9_]{0,62}$/u.test(schema)) {
    throw new AirloomError(
      "input.invalid",
      `Cannot use schema "${schema}": expected lower-case letters, digits and "_", starting with a letter`,
    );
  }
  return schema;
}
