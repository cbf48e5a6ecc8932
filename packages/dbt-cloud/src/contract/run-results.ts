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
  readonly file: string | null;
  readonly line: number | null;
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
    compiledSql: readText(result["compiled_code"]) ?? readText(node["compiled_code"]),
    relationName: readText(result["relation_name"]) ?? readText(node["relation_name"]),
    file: readText(node["original_file_path"]) ?? findFile(message),
    line: findLine(message),
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
