import { stripVTControlCharacters } from "node:util";
import type { LogLevel, LogLine } from "@airloom/core";

/** A time as dbt begins its lines with: two spaces follow it. */
export const CLOCK = /^\d{2}:\d{2}:\d{2}(?:\.\d+)? {2}/u;

/** Lines in which dbt tells of a node that went wrong; it writes them like any other. */
const DBT_ERROR =
  /^(?:\d+ of \d+ (?:ERROR|FAIL)\b|(?:Runtime|Database|Compilation|Parsing|Dependency) Error\b|Failure in \S+ )/u;

export function renderLine(line: LogLine): string {
  return `${JSON.stringify(line)}\n`;
}

// Only `append` writes these files; a line that a crash cut short is shown as it is.
export function parseLine(text: string): LogLine {
  try {
    return JSON.parse(text) as LogLine;
  } catch {
    return { at: new Date(0).toISOString(), level: "warning", source: "log", text };
  }
}

/** A line's text as people read it: without colours, and without the time that stands beside it already. */
export function renderShownText(text: string): string {
  return stripVTControlCharacters(text).replace(CLOCK, "");
}

/** A line's text as it is painted: its colours stay, the time that dbt wrote before it goes. */
export function dropClock(text: string): string {
  const clock = CLOCK.exec(stripVTControlCharacters(text))?.[0];
  return clock === undefined ? text : text.replace(clock, "");
}

/** The level of a line; what a program below reports as an error counts as one, whatever it was written as. */
export function levelOf({ level, text }: Pick<LogLine, "level" | "text">): LogLevel {
  return level === "info" && isDbtError(renderShownText(text)) ? "error" : level;
}

export function isDbtError(shown: string): boolean {
  return DBT_ERROR.test(shown.trimStart());
}
