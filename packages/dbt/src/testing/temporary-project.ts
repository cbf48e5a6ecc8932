import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { runDbt } from "../run-dbt.ts";

/** A project on disk that a test owns. */
export interface TemporaryProject {
  readonly root: string;
  write(files: Readonly<Record<string, string>>): void;
  read(path: string): string;
  /** Runs a command; answers its exit code and its lines without times and colours. */
  run(...args: readonly string[]): Promise<{ readonly exitCode: number; readonly output: string }>;
  /** Statuses of the last run by the node's name. */
  statuses(): Readonly<Record<string, string>>;
  /** What the last run says about the node of that name. */
  result(name: string): NodeResult;
  /** Rows of a query on the project's database. */
  query(sql: string): Promise<readonly (readonly unknown[])[]>;
  remove(): void;
}

const BASE = {
  "dbt_project.yml": "name: shop\nversion: '1.0'\nprofile: shop\n",
  "profiles.yml":
    "shop:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: shop.duckdb, threads: 2}\n",
};

interface Result {
  readonly unique_id: string;
  readonly status: string;
  readonly message: string | null;
  readonly compiled_code: string | null;
  readonly adapter_response: Readonly<Record<string, unknown>>;
}

/** How a node of the last run ended. */
export interface NodeResult {
  readonly message: string;
  readonly compiledCode: string;
  /** Where its error is, field by field. */
  readonly errorPlace: Readonly<Record<string, unknown>>;
}

function readResult(result: Result | undefined): NodeResult {
  const place = result?.adapter_response["error_place"];
  return {
    message: result?.message ?? "",
    compiledCode: result?.compiled_code ?? "",
    errorPlace: typeof place === "object" && place !== null ? { ...place } : {},
  };
}

function isResults(value: unknown): value is { readonly results: readonly Result[] } {
  return typeof value === "object" && value !== null && "results" in value;
}

async function queryFile(file: string, sql: string): Promise<readonly (readonly unknown[])[]> {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  try {
    const reader = await connection.runAndReadAll(sql);
    return reader.getRowsJson();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Creates a project `shop` on a DuckDB file, with the given files over the usual ones. */
export function createTemporaryProject(files: Readonly<Record<string, string>>): TemporaryProject {
  const root = mkdtempSync(join(tmpdir(), "dbt-project-"));
  const write = (more: Readonly<Record<string, string>>): void => {
    for (const [path, text] of Object.entries(more)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
  };
  write({ ...BASE, ...files });
  const read = (path: string): string => readFileSync(join(root, path), "utf8");
  const results = (): readonly Result[] => {
    const parsed: unknown = JSON.parse(read("target/run_results.json"));
    return isResults(parsed) ? parsed.results : [];
  };
  return {
    root,
    write,
    read,
    run: async (...args) => {
      const lines: string[] = [];
      const { exitCode } = await runDbt(args, {
        cwd: root,
        env: { HOME: root },
        write: (text) =>
          lines.push(stripVTControlCharacters(text).replace(/^\d\d:\d\d:\d\d {2}/u, "")),
      });
      return { exitCode, output: lines.join("") };
    },
    statuses: () =>
      Object.fromEntries(
        results().map((result) => [result.unique_id.split(".")[2] ?? "", result.status]),
      ),
    result: (name) =>
      readResult(results().find((result) => result.unique_id.split(".")[2] === name)),
    query: async (sql) => queryFile(join(root, "shop.duckdb"), sql),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** Makes projects that are removed when the runner calls back: after each test of the file. */
export function useTemporaryProjects(
  afterEach: (remove: () => void) => void,
): (files: Readonly<Record<string, string>>) => TemporaryProject {
  const open: TemporaryProject[] = [];
  afterEach(() => {
    for (const created of open.splice(0)) created.remove();
  });
  return (files) => {
    const created = createTemporaryProject(files);
    open.push(created);
    return created;
  };
}
