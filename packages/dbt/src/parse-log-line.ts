import { stripVTControlCharacters } from "node:util";

/** What a line of dbt's console says about a node. */
export interface NodeLine {
  readonly event: "START" | "OK" | "ERROR" | "SKIP" | "PASS" | "FAIL" | "WARN" | "NO-OP";
  readonly index: number;
  readonly total: number;
  /** Kind of node: `model`, `seed`, `snapshot`, `test`, `exposure`, `hook` or `source` (freshness). */
  readonly type: string;
  /** Materialization of a model, when the line names it. */
  readonly materialization: string | undefined;
  /** `schema.name` of what has a table, the name of what has none. */
  readonly relation: string;
  readonly name: string;
  /** What stands in the brackets, without the time: `RUN`, `INSERT 5`, `FAIL 3`. */
  readonly status: string;
  readonly failures: number | undefined;
  readonly durationSeconds: number | undefined;
  /** The time of day that the line begins with. */
  readonly time: string | undefined;
}

/** The sums at the end of a run. */
export interface StatsLine {
  readonly pass: number;
  readonly warn: number;
  readonly error: number;
  readonly skip: number;
  readonly noOp: number;
  readonly total: number;
}

const LINE =
  /^(?:(?<time>\d{2}:\d{2}:\d{2})(?:\.\d+)?\s+(?:\[\w+\s*\]\s+\[[^\]]*\]:\s+)?)?(?<index>\d+) of (?<total>\d+) (?<body>.+?) ?(?:\.{2,}|\s)\.* ?\[(?<status>[^\]]*)\]\s*$/u;
const BODY =
  /^(?<event>START|OK|ERROR STALE|ERROR|SKIP|PASS|FAIL|WARN|NO-OP)(?: (?<failures>\d+))?(?: (?:created|creating|loaded|loading|snapshotted|snapshotting|hook:))? ?(?<subject>.*)$/u;
const STATS =
  /Done\. PASS=(?<pass>\d+) WARN=(?<warn>\d+) ERROR=(?<error>\d+) SKIP=(?<skip>\d+)(?: NO-OP=(?<noOp>\d+))? TOTAL=(?<total>\d+)/u;

interface Subject {
  readonly type: string;
  readonly materialization: string | undefined;
  readonly relation: string;
}

function readSubject(body: string, subject: string): Subject {
  const plain = (type: string, relation: string): Subject => ({
    type,
    materialization: undefined,
    relation,
  });
  const model = /^(?:sql|python) (?<kind>.+?) model (?<relation>\S+)/u.exec(subject)?.groups;
  if (model !== undefined) {
    return { type: "model", materialization: model["kind"], relation: model["relation"] ?? "" };
  }
  const skipped = /^relation (?<relation>\S+)/u.exec(subject)?.groups?.["relation"];
  if (skipped !== undefined) return plain("model", skipped);
  const words =
    /^(?<type>seed file|snapshot|test|exposure|hook:?|freshness of|model|seed|saved_query|unit_test) (?<rest>.+)$/u.exec(
      subject,
    )?.groups;
  const type = words?.["type"];
  const rest = words?.["rest"] ?? subject;
  if (type === "seed file") return plain("seed", rest);
  if (type === "freshness of") return plain("source", rest);
  if (type !== undefined) return plain(type.replace(":", ""), rest);
  if (body.includes("snapshotted") || body.includes("snapshotting")) return plain("snapshot", rest);
  return plain(body.includes(" hook:") ? "hook" : "test", rest);
}

function readEvent(text: string): NodeLine["event"] {
  if (text === "ERROR STALE") return "ERROR";
  switch (text) {
    case "START":
    case "OK":
    case "SKIP":
    case "PASS":
    case "FAIL":
    case "WARN":
    case "NO-OP":
      return text;
    default:
      return "ERROR";
  }
}

/** Reads a line of dbt's console about a node; `undefined` for every other line. */
export function parseLogLine(text: string): NodeLine | undefined {
  const line = LINE.exec(stripVTControlCharacters(text).trimEnd())?.groups;
  const body = line?.["body"];
  const groups = body === undefined ? undefined : BODY.exec(body)?.groups;
  if (line === undefined || body === undefined || groups === undefined) return undefined;
  const { materialization, relation, type } = readSubject(body, groups["subject"] ?? "");
  const [status = "", seconds] = (line["status"] ?? "").split(/ in (?=[\d.]+s$)/u);
  const failures = groups["failures"];
  return {
    event: readEvent(groups["event"] ?? ""),
    index: Number(line["index"]),
    total: Number(line["total"]),
    type,
    materialization,
    relation,
    name: type === "test" || type === "hook" ? relation : (relation.split(".").at(-1) ?? relation),
    status,
    failures: failures === undefined ? undefined : Number(failures),
    durationSeconds: seconds === undefined ? undefined : Number.parseFloat(seconds),
    time: line["time"],
  };
}

/** Reads the line with the sums at the end of a run; `undefined` for every other line. */
export function parseStatsLine(text: string): StatsLine | undefined {
  const groups = STATS.exec(stripVTControlCharacters(text))?.groups;
  if (groups === undefined) return undefined;
  const count = (key: string): number => Number(groups[key] ?? 0);
  return {
    pass: count("pass"),
    warn: count("warn"),
    error: count("error"),
    skip: count("skip"),
    noOp: count("noOp"),
    total: count("total"),
  };
}
