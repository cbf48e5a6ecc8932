import type { DbtNodeState } from "./console.ts";
import {
  type JsonRecord,
  readArray,
  readNumber,
  readRecord,
  readText,
  readTexts,
} from "./json-read.ts";

/** One dbt node with what the artifacts of a step say about it. */
export interface DbtNode {
  readonly uniqueId: string;
  readonly name: string;
  readonly resourceType: string;
  readonly state: DbtNodeState;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  readonly executionTimeS: number | null;
  readonly threadId: string | null;
  readonly message: string | null;
  readonly failures: number | null;
  readonly compiledSql: string | null;
  readonly relationName: string | null;
  /** File of the error, else of the node. */
  readonly file: string | null;
  readonly line: number | null;
  /** The line of `compiledSql` at which the database stopped. */
  readonly compiledLine: number | null;
  readonly dependsOn: readonly string[];
}

const STATES: ReadonlySet<string> = new Set([
  "success",
  "error",
  "skipped",
  "pass",
  "fail",
  "warn",
  "no-op",
  "partial success",
  "runtime error",
] satisfies readonly DbtNodeState[]);

/** Nodes of a `run_results.json`, in its order, filled up from a `manifest.json` where there is one. */
export function parseRunResults(runResults: unknown, manifest?: unknown): readonly DbtNode[] {
  const nodes = getManifestNodes(manifest);
  return readArray(readRecord(runResults)["results"]).flatMap((entry) => {
    const result = readRecord(entry);
    const uniqueId = readText(result["unique_id"]);
    return uniqueId === null ? [] : [buildNode(uniqueId, result, nodes)];
  });
}

/**
 * What a node reads, with every ephemeral model replaced by what that one reads: an ephemeral model is compiled into its
 * readers, has no result of its own, and would leave a hole in the graph of a run.
 */
export function findParents(
  uniqueId: string,
  nodes: ReadonlyMap<string, JsonRecord>,
): readonly string[] {
  const found = new Set<string>();
  const seen = new Set<string>();
  const follow = (id: string): void => {
    for (const parent of readTexts(readRecord(nodes.get(id)?.["depends_on"])["nodes"])) {
      if (seen.has(parent)) continue;
      seen.add(parent);
      if (isEphemeral(nodes.get(parent))) follow(parent);
      else found.add(parent);
    }
  };
  follow(uniqueId);
  return [...found];
}

function isEphemeral(node: JsonRecord | undefined): boolean {
  return readRecord(node?.["config"])["materialized"] === "ephemeral";
}

function buildNode(
  uniqueId: string,
  result: JsonRecord,
  nodes: ReadonlyMap<string, JsonRecord>,
): DbtNode {
  const node = nodes.get(uniqueId) ?? {};
  const message = readText(result["message"]);
  const compiledSql = readText(result["compiled_code"]) ?? readText(node["compiled_code"]);
  const place = readRecord(readRecord(result["adapter_response"])["error_place"]);
  return {
    uniqueId,
    name: readText(node["name"]) ?? nameOf(uniqueId),
    resourceType: readText(node["resource_type"]) ?? uniqueId.split(".")[0] ?? "node",
    state: parseState(result["status"]),
    ...readTimes(result),
    executionTimeS: readNumber(result["execution_time"]),
    threadId: readText(result["thread_id"]),
    message,
    failures: readNumber(result["failures"]),
    compiledSql,
    relationName: readText(result["relation_name"]) ?? readText(node["relation_name"]),
    ...readPlace(place, readText(node["original_file_path"]), message),
    compiledLine: readNumber(place["compiled_line"]) ?? findCompiledLine(message, compiledSql),
    dependsOn: findParents(uniqueId, nodes),
  };
}

/** Every node of a `manifest.json` by its unique id: nodes, sources, exposures and unit tests. */
export function getManifestNodes(manifest: unknown): ReadonlyMap<string, JsonRecord> {
  const root = readRecord(manifest);
  const groups = ["nodes", "sources", "exposures", "unit_tests", "saved_queries", "functions"];
  return new Map(
    groups.flatMap((group) =>
      Object.entries(readRecord(root[group])).map(([id, node]) => [id, readRecord(node)] as const),
    ),
  );
}

/** The name inside a unique id: `orders` of `model.shop.orders`, also for tests with a hash behind it. */
export function nameOf(uniqueId: string): string {
  return uniqueId.split(".")[2] ?? uniqueId;
}

function parseState(status: unknown): DbtNodeState {
  const text = String(status).toLowerCase();
  return isNodeState(text) ? text : "none";
}

function isNodeState(text: string): text is DbtNodeState {
  return STATES.has(text);
}

function readTimes(result: JsonRecord): {
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
} {
  const timing = readArray(result["timing"]).map(readRecord);
  const starts = timing
    .map((entry) => readInstant(entry["started_at"]))
    .filter((at) => at !== null);
  const ends = timing
    .map((entry) => readInstant(entry["completed_at"]))
    .filter((at) => at !== null);
  return {
    startedAt: starts.length === 0 ? null : new Date(Math.min(...starts.map(Number))),
    endedAt: ends.length === 0 ? null : new Date(Math.max(...ends.map(Number))),
  };
}

/** An instant as dbt writes it: ISO with or without zone (then UTC), or with a space in place of the `T`. */
export function readInstant(value: unknown): Date | null {
  if (typeof value !== "string" || value === "") return null;
  const iso = value.replace(" ", "T");
  const at = new Date(/(?:Z|[+-]\d\d:?\d\d)$/u.test(iso) ? iso : `${iso}Z`);
  return Number.isNaN(at.getTime()) ? null : at;
}

/** The place that our own engine tells; other engines tell it in words. */
function readPlace(
  place: JsonRecord,
  nodeFile: string | null,
  message: string | null,
): { readonly file: string | null; readonly line: number | null } {
  const file = readText(place["file"]);
  if (file !== null) return { file, line: readNumber(place["line"]) };
  return { file: nodeFile ?? findFile(message), line: findLine(message) };
}

// The database counts in the statement around the query, so the query begins some lines later there.
function findCompiledLine(message: string | null, compiledSql: string | null): number | null {
  const found = /^\s*LINE (?<line>\d{1,7}): (?<text>.*)$/mu.exec(message ?? "")?.groups;
  const text = (found?.["text"] ?? "").replaceAll("...", "").trim();
  if (compiledSql === null || text === "") return null;
  const rows = compiledSql.split("\n");
  const last = rows.slice(0, Number(found?.["line"])).findLastIndex((row) => row.includes(text));
  return last === -1 ? null : last + 1;
}

// "Database Error in model orders (models/orders.sql)" and "compiled code at target/run/…"
function findFile(message: string | null): string | null {
  return (
    /\((?<file>[^()\s]+\.(?:sql|py|csv|ya?ml))\)/u.exec(message ?? "")?.groups?.["file"] ?? null
  );
}

// DuckDB and Postgres say "LINE 3:", Jinja errors say "line 3".
function findLine(message: string | null): number | null {
  const found = /\bline (?<line>\d{1,7})\b/iu.exec(message ?? "")?.groups?.["line"];
  return found === undefined ? null : Number(found);
}
