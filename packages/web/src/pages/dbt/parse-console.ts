import { stripAnsi } from "../../ui/parse-ansi.ts";
import type { LogLevel, NumberedLine } from "../log/filter-log.ts";

const BAD =
  /(?:^|\s)(?:ERROR|FAIL)(?:\s|$)|\b(?:Database|Runtime|Compilation|Parsing|Binder|Catalog) Error\b|Encountered an error/u;
const WARNED = /(?:^|\s)WARN(?:\s|ING\b)|\[WARNING\]/u;
const INDENTED = /^(?:\d\d:\d\d:\d\d(?:\.\d+)?)?\s{3,}\S/u;
/** The last line counts errors; it is not one. */
const SUMMARY = /\bPASS=\d+/u;

/** dbt's console as numbered lines; indented lines below an error belong to it. */
export function parseConsole(text: string): readonly NumberedLine[] {
  let level: LogLevel = "info";
  return text
    .replace(/\n+$/u, "")
    .split("\n")
    .map((line, index) => {
      level = levelOf(stripAnsi(line), level);
      return { number: index + 1, at: null, level, text: line };
    });
}

function levelOf(line: string, before: LogLevel): LogLevel {
  if (SUMMARY.test(line)) return "info";
  if (BAD.test(line)) return "error";
  if (WARNED.test(line)) return "warning";
  return before !== "info" && INDENTED.test(line) ? before : "info";
}
