import { stripVTControlCharacters } from "node:util";

/** Where a dbt node stands: dbt's own result words, plus `running` before it has one. */
export type DbtNodeState =
  | "none"
  | "running"
  | "success"
  | "error"
  | "skipped"
  | "pass"
  | "fail"
  | "warn"
  | "no-op"
  | "partial success"
  | "runtime error";

/** What one line of dbt's console says about one node. */
export interface ConsoleEvent {
  /** dbt's own counter: `3` in `3 of 12`. */
  readonly index: number;
  readonly total: number;
  readonly state: DbtNodeState;
  /** `model`, `seed`, `snapshot`, `test`, `unit_test`, `source`, `operation`, …; null where the line does not say. */
  readonly resourceType: string | null;
  /** Name as printed: `main.orders`, `not_null_orders_id`. */
  readonly label: string;
  /** Seconds, once dbt has printed them. */
  readonly executionTimeS: number | null;
  /** Rows a test found wrong. */
  readonly failures: number | null;
  /** The clock dbt printed: `12:34:56`. */
  readonly clock: string | null;
}

const LINE =
  /^(?:(?<clock>\d\d:\d\d:\d\d)(?:\.\d+)?\s+)?(?:\[[a-z ]{1,8}\]:?\s*)?(?<index>\d{1,7}) of (?<total>\d{1,7}) (?<verb>START|OK|ERROR STALE|ERROR|PASS|FAIL|WARN|SKIP|NO-OP|CANCEL|PARTIAL SUCCESS)\b ?(?<rest>.*)$/u;

const TAIL = /^(?<text>.*?)\s*\.*\s*\[(?<result>[^[\]]*)\]\s*$/u;
const SECONDS = / in (?<seconds>\d+(?:\.\d+)?)s$/u;

const VERBS: Readonly<Record<string, DbtNodeState>> = {
  START: "running",
  OK: "success",
  ERROR: "error",
  "ERROR STALE": "error",
  PASS: "pass",
  FAIL: "fail",
  WARN: "warn",
  SKIP: "skipped",
  "NO-OP": "no-op",
  CANCEL: "error",
  "PARTIAL SUCCESS": "partial success",
};

const KINDS: readonly (readonly [RegExp, string])[] = [
  [/\bunit_test\b/u, "unit_test"],
  [/\bfreshness of\b/u, "source"],
  [/\bseed file\b/u, "seed"],
  [/\bsnapshot(?:ted|ting)?\b/u, "snapshot"],
  [/\bmodel\b|\brelation\b/u, "model"],
  [/^test\b/u, "test"],
  [/\bhook:/u, "operation"],
  [/\bsaved query\b/u, "saved_query"],
  [/\bexposure\b/u, "exposure"],
  [/\bfunction\b/u, "function"],
];

/** Reads one line of dbt's console; `undefined` for lines that are not about one node. */
export function parseConsoleLine(line: string): ConsoleEvent | undefined {
  // Regexes over unbounded input invite trouble; dbt pads these lines to the width of a terminal.
  if (line.length > 2_000) return undefined;
  const found = LINE.exec(stripVTControlCharacters(line).trim())?.groups;
  if (found === undefined) return undefined;

  const verb = found["verb"] ?? "";
  const rest = found["rest"] ?? "";
  const tail = TAIL.exec(rest)?.groups;
  const text = tail?.["text"] ?? rest;
  const result = tail?.["result"] ?? "";
  const seconds = SECONDS.exec(result)?.groups?.["seconds"];
  return {
    index: Number(found["index"]),
    total: Number(found["total"]),
    state: VERBS[verb] ?? "none",
    resourceType: findResourceType(verb, text),
    label: findLabel(text),
    executionTimeS: seconds === undefined ? null : Number(seconds),
    failures: findFailures(verb, result),
    clock: found["clock"] ?? null,
  };
}

function findResourceType(verb: string, text: string): string | null {
  const known = KINDS.find(([pattern]) => pattern.test(text));
  if (known !== undefined) return known[1];
  return verb === "PASS" || verb === "FAIL" || verb === "WARN" ? "test" : null;
}

// The name is the last word, but for a skip that goes on to say why.
function findLabel(text: string): string {
  const words = (text.split(" due to ")[0] ?? text).trim().split(/\s+/u);
  return (words.at(-1) ?? "").replace(/\.+$/u, "");
}

function findFailures(verb: string, result: string): number | null {
  if (verb === "PASS") return 0;
  const found = /^(?:FAIL|WARN) (?<count>\d+)\b/u.exec(result)?.groups?.["count"];
  return found === undefined ? null : Number(found);
}
