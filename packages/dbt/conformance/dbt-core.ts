import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";

/**
 * Runs a project with dbt Core and with this engine and compares what came out:
 * `node packages/dbt/conformance/dbt-core.ts <dbt executable> <project> [warehouse.duckdb] [-- arguments]`.
 *
 * Both get their own copy of the project and of the database. The arguments default to `build`, twice, so that
 * incremental models and snapshots are seen on their second run, too.
 */
interface Side {
  readonly title: string;
  readonly folder: string;
  readonly command: string;
  readonly lead: readonly string[];
}

interface Outcome {
  readonly exitCode: number | null;
  readonly seconds: number;
  readonly statuses: ReadonlyMap<string, string>;
  readonly code: ReadonlyMap<string, string>;
  readonly nodes: ReadonlySet<string>;
  readonly rows: ReadonlyMap<string, string>;
}

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

function isObject(value: unknown): value is Readonly<Record<string, Json>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readJson(file: string): Readonly<Record<string, Json>> {
  const value: unknown = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  return isObject(value) ? value : {};
}

function entriesOf(
  value: Json | undefined,
): readonly (readonly [string, Readonly<Record<string, Json>>])[] {
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    isObject(item) ? [[key, item] as const] : [],
  );
}

function squeeze(text: Json | undefined): string {
  return typeof text === "string" ? text.replaceAll(/\s+/gu, "") : "";
}

function findDatabase(folder: string): string | undefined {
  const file = readdirSync(folder, { recursive: true, encoding: "utf8" }).find((name) =>
    /\.(?:duckdb|db)$/u.test(name),
  );
  return file === undefined ? undefined : join(folder, file);
}

async function countRows(folder: string): Promise<ReadonlyMap<string, string>> {
  const file = findDatabase(folder);
  if (file === undefined) return new Map();
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  const tables = await connection.runAndReadAll(
    "select table_schema, table_name, table_type from information_schema.tables order by all",
  );
  const counts = new Map<string, string>();
  for (const [schema, name, type] of tables.getRows()) {
    const relation = `"${String(schema)}"."${String(name)}"`;
    const columns = await connection.runAndReadAll(
      `select column_name, column_type from (describe ${relation})`,
    );
    const shape = columns.getRows().map(([column, kind]) => `${String(column)} ${String(kind)}`);
    const own = columns
      .getRows()
      .map(([column]) => String(column))
      .filter((column) => !column.startsWith("dbt_"));
    const list = own.map((column) => `"${column}"`).join(", ");
    const content = await connection.runAndReadAll(
      `select count(*), sum(hash(${list || "1"})::hugeint) from ${relation}`,
    );
    counts.set(
      relation,
      [String(type), ...content.getRows().flat().map(String), ...shape].join("; "),
    );
  }
  connection.closeSync();
  instance.closeSync();
  return counts;
}

async function run(side: Side, args: readonly string[]): Promise<Outcome> {
  const startedAt = performance.now();
  const { status } = spawnSync(side.command, [...side.lead, ...args], {
    cwd: side.folder,
    encoding: "utf8",
    env: {
      ...process.env,
      AIRLOOM_PROJECT_DIR: side.folder,
      DBT_PROFILES_DIR: side.folder,
    },
  });
  const seconds = (performance.now() - startedAt) / 1000;
  const manifest = readJson(join(side.folder, "target", "manifest.json"));
  const results = readJson(join(side.folder, "target", "run_results.json"))["results"];
  const statuses = new Map<string, string>();
  const code = new Map<string, string>();
  for (const result of Array.isArray(results) ? results : []) {
    if (!isObject(result)) continue;
    const id = JSON.stringify(result["unique_id"]);
    statuses.set(id, `${JSON.stringify(result["status"])} ${JSON.stringify(result["failures"])}`);
    code.set(id, squeeze(result["compiled_code"]));
  }
  return {
    exitCode: status,
    seconds,
    statuses,
    code,
    nodes: new Set(
      ["nodes", "sources", "exposures"].flatMap((key) =>
        entriesOf(manifest[key]).map(([id]) => id),
      ),
    ),
    rows: await countRows(side.folder),
  };
}

function differences(
  left: ReadonlyMap<string, string>,
  right: ReadonlyMap<string, string>,
): readonly string[] {
  return [...new Set([...left.keys(), ...right.keys()])]
    .filter((key) => left.get(key) !== right.get(key))
    .toSorted()
    .map(
      (key) =>
        `${key}: dbt Core ${left.get(key) ?? "nothing"}, ours ${right.get(key) ?? "nothing"}`,
    );
}

function report(title: string, core: Outcome, own: Outcome): number {
  const ids = [...core.nodes.symmetricDifference(own.nodes)].toSorted();
  const statuses = differences(core.statuses, own.statuses);
  const code = differences(core.code, own.code);
  const rows = differences(core.rows, own.rows);
  console.log(`\n### ${title}\n`);
  console.log("| | dbt Core | this engine | differences |");
  console.log("|---|---|---|---|");
  console.log(
    `| exit code | ${core.exitCode} | ${own.exitCode} | ${core.exitCode === own.exitCode ? 0 : 1} |`,
  );
  console.log(`| ids in the manifest | ${core.nodes.size} | ${own.nodes.size} | ${ids.length} |`);
  console.log(
    `| results and failures | ${core.statuses.size} | ${own.statuses.size} | ${statuses.length} |`,
  );
  console.log(`| compiled queries | ${core.code.size} | ${own.code.size} | ${code.length} |`);
  console.log(
    `| tables: rows, content, columns | ${core.rows.size} | ${own.rows.size} | ${rows.length} |`,
  );
  console.log(
    `| seconds, whole process | ${core.seconds.toFixed(1)} | ${own.seconds.toFixed(1)} | |`,
  );
  const all = [...ids.map((id) => `only on one side: ${id}`), ...statuses, ...code, ...rows];
  for (const line of all.slice(0, 30)) console.log(`- ${line.slice(0, 600)}`);
  return all.length;
}

function prepare(project: string, warehouse: string | undefined, title: string): string {
  const folder = join(mkdtempSync(join(tmpdir(), "dbt-conformance-")), basename(project));
  cpSync(project, folder, {
    recursive: true,
    filter: (path) => !/(?:^|\/)(?:target|logs|\.git)$|\.duckdb$/u.test(path.slice(project.length)),
  });
  if (warehouse !== undefined) cpSync(warehouse, join(folder, "warehouse.duckdb"));
  console.log(`${title}: ${folder}`);
  return folder;
}

async function main(): Promise<number> {
  const words = process.argv.slice(2);
  const at = words.indexOf("--");
  const [dbt, project, warehouse] = at === -1 ? words : words.slice(0, at);
  if (dbt === undefined || project === undefined) {
    console.error(
      "Usage: dbt-core.ts <dbt executable> <project> [warehouse.duckdb] [-- arguments]",
    );
    return 2;
  }
  const given = at === -1 ? undefined : words.slice(at + 1);
  const engine = resolve(import.meta.dirname, "../src/main.ts");
  const root = resolve(project);
  const core: Side = {
    title: "dbt Core",
    folder: prepare(root, warehouse, "dbt Core"),
    command: dbt,
    lead: [],
  };
  const own: Side = {
    title: "this engine",
    folder: prepare(root, warehouse, "this engine"),
    command: process.execPath,
    lead: [engine],
  };
  let count = 0;
  for (const args of given === undefined ? [["build"], ["build"]] : [given]) {
    count += report(`dbt ${args.join(" ")}`, await run(core, args), await run(own, args));
  }
  for (const side of [core, own])
    rmSync(resolve(side.folder, ".."), { recursive: true, force: true });
  return count === 0 ? 0 : 1;
}

process.exitCode = await main();
