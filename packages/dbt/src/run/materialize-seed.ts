import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { quoteIdentifier, quoteText, type Relation } from "../adapter/relation.ts";
import { DbtError, messageOf } from "../error.ts";
import { objectOf, textOf } from "../json.ts";
import { isTruthy } from "../template/values.ts";
import { inTransaction, type NodeOutcome, type NodeRun } from "./node-run.ts";
import { writeComments } from "./persist-docs.ts";
import { dropExisting } from "./replace-relation.ts";
import { inferSeedType, isSeedNull } from "./seed-types.ts";

interface SeedTable {
  readonly columns: readonly string[];
  readonly types: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

function isRows(value: unknown): value is readonly (readonly string[])[] {
  return Array.isArray(value) && value.every((row) => Array.isArray(row));
}

function lineOf(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null || !("lines" in error)) return undefined;
  return typeof error.lines === "number" ? error.lines : undefined;
}

function readCsv(run: NodeRun): readonly (readonly string[])[] {
  const file = run.node.original_file_path;
  try {
    const rows: unknown = parse(readFileSync(join(run.projectRoot, file)), {
      bom: true,
      delimiter: textOf(run.node.config["delimiter"]) ?? ",",
      skip_empty_lines: true,
    });
    if (isRows(rows)) return rows;
  } catch (error) {
    const line = lineOf(error);
    throw new DbtError("Runtime", `Cannot read seed ${file}: ${messageOf(error)}`, {
      cause: error,
      place: line === undefined ? { file } : { file, line },
    });
  }
  throw new DbtError("Runtime", `Cannot read seed ${file}: expected rows of text`, {
    place: { file },
  });
}

function checkHeader(run: NodeRun, header: readonly string[]): void {
  const place = { file: run.node.original_file_path, line: 1 };
  const twice = header.find((name, index) => header.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new DbtError(
      "Runtime",
      `Cannot read seed ${place.file}: the column "${twice}" appears twice`,
      { place },
    );
  }
}

function readSeed(run: NodeRun): SeedTable {
  const [header, ...rows] = readCsv(run);
  if (header === undefined) {
    const place = { file: run.node.original_file_path, line: 1 };
    throw new DbtError(
      "Runtime",
      `Cannot read seed ${place.file}: expected a line with the names of the columns`,
      { place },
    );
  }
  checkHeader(run, header);
  const given = objectOf(run.node.config["column_types"]);
  const types = header.map(
    (name, index) => textOf(given[name]) ?? inferSeedType(rows.map((row) => row[index] ?? "")),
  );
  return { columns: header, types, rows };
}

function literal(cell: string, type: string): string {
  if (isSeedNull(cell)) return "null";
  const isPlain = type === "integer" || type === "double";
  return quoteText(
    isPlain ? cell.trim().replaceAll(",", "") : type === "text" ? cell : cell.trim(),
  );
}

const BATCH = 2_000;

async function insertRows(run: NodeRun, target: Relation, table: SeedTable): Promise<string> {
  let first = "";
  for (let start = 0; start < table.rows.length; start += BATCH) {
    const rows = table.rows
      .slice(start, start + BATCH)
      .map(
        (row) =>
          `(${row.map((cell, index) => literal(cell, table.types[index] ?? "text")).join(", ")})`,
      );
    const sql = `insert into ${target.render()} values\n${rows.join(",\n")}`;
    if (first === "") first = sql;
    await run.session.run(sql);
  }
  return first;
}

/** Lets DuckDB read the file itself, as its dbt adapter does: far faster, and with its own idea of quotes. */
async function copyFile(run: NodeRun, target: Relation): Promise<void> {
  const file = join(run.projectRoot, run.node.original_file_path);
  const delimiter = textOf(run.node.config["delimiter"]) ?? ",";
  await run.execute(
    `copy ${target.render()} from ${quoteText(file)} (format csv, header true, delimiter ${quoteText(delimiter)})`,
  );
}

function writeCreate(run: NodeRun, target: Relation, table: SeedTable): string {
  const isQuoted = run.node.config["quote_columns"] !== false;
  const columns = table.columns.map(
    (name, index) => `${isQuoted ? quoteIdentifier(name) : name} ${table.types[index] ?? "text"}`,
  );
  return `create table ${target.render()} (${columns.join(", ")})`;
}

/** The materialization `seed`: a CSV file of the project as a table. */
export async function materializeSeed(run: NodeRun): Promise<NodeOutcome> {
  const target = run.relation.with({ type: "table" });
  const existing = run.relations.find(target);
  const table = readSeed(run);
  const isFull = isTruthy(await run.context.call("should_full_refresh", []));
  await inTransaction(run, async () => {
    if (existing !== undefined && (isFull || existing.type === "view"))
      await dropExisting(run, existing);
    if (existing?.type === "table" && !isFull)
      await run.execute(`truncate table ${target.render()}`);
    else await run.execute(writeCreate(run, target, table));
    if (run.node.config["fast"] === false) await insertRows(run, target, table);
    else await copyFile(run, target);
    await writeComments(run, target);
  });
  run.relations.add(target);
  const count = table.rows.length;
  const code = isFull ? "CREATE" : "INSERT";
  const message = `${code} ${count}`;
  return {
    status: "success",
    message,
    failures: null,
    response: { _message: message, code, rows_affected: count },
  };
}
