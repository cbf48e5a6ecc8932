import type { LogLine } from "@airloom/api";
import { stripAnsi } from "../../ui/parse-ansi.ts";

/** Lines in which dbt tells of a node that went wrong; it writes them like any other. */
const DBT_ERROR =
  /^(?:\d+ of \d+ (?:ERROR|FAIL)\b|(?:Runtime|Database|Compilation|Parsing|Dependency) Error\b|Failure in \S+ )/u;

/** The level of a line; what a program below reports as an error counts as one, whatever it was written as. */
export function levelOf({ level, event }: Pick<LogLine, "level" | "event">): LogLine["level"] {
  return level === "info" && DBT_ERROR.test(stripAnsi(event).trimStart()) ? "error" : level;
}
