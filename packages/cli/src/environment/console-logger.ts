import type { Logger } from "@airloom/core";

type Fields = Readonly<Record<string, string | number | boolean | null>>;

/** A line of the environment's own log: time, level, `[component]`, message, `key=value` pairs. */
export function renderLogLine(
  at: Date,
  {
    level,
    component,
    message,
    fields,
  }: {
    readonly level: string;
    readonly component: string;
    readonly message: string;
    readonly fields: Fields;
  },
): string {
  const pairs = Object.entries(fields).map(([key, value]) => ` ${key}=${JSON.stringify(value)}`);
  const line = `${at.toISOString()} ${level.toUpperCase().padEnd(7)} [${component}] ${message}${pairs.join("")}`;
  return line.replaceAll("\n", "\n    ").replaceAll(CONTROL, escapeCharacter);
}

/** What could move a terminal's cursor, or begin a line that looks like one of ours: text from outside gets into messages. */
const CONTROL = /(?![\t\n])[\p{Cc}\u2028\u2029]/gu;

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** Writes a component's lines to stdout, which is the environment's log file. */
export function openConsoleLogger(component: string): Logger {
  const quiet = process.env["AIRLOOM_LOG_LEVEL"] !== "debug";
  return {
    log(level, message, fields = {}) {
      if (level === "debug" && quiet) return;
      process.stdout.write(`${renderLogLine(new Date(), { level, component, message, fields })}\n`);
    },
  };
}
