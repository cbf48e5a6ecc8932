import { appendFileSync, existsSync, mkdirSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { type DbtEvent, type EventLevel, type EventSink } from "./event.ts";

/** Ways to print events. */
export type LogFormat = "default" | "text" | "debug" | "json";

/** How events reach the console. */
export interface ConsoleOptions {
  readonly format: LogFormat;
  readonly level: EventLevel | "none";
  readonly useColors: boolean;
  readonly isQuiet: boolean;
  readonly invocationId: string;
  readonly write: (text: string) => void;
}

const ORDER: readonly EventLevel[] = ["debug", "info", "warn", "error"];

function isShown(event: DbtEvent, options: ConsoleOptions): boolean {
  if (event.name === "PrintEvent") return true;
  if (options.level === "none") return false;
  if (options.isQuiet) return event.level === "error";
  return ORDER.indexOf(event.level) >= ORDER.indexOf(options.level);
}

function timeOf(at: Date): string {
  return [at.getHours(), at.getMinutes(), at.getSeconds()]
    .map((part) => String(part).padStart(2, "0"))
    .join(":");
}

/** The event as a line of JSON, as `--log-format json` prints it. */
export function renderJson(event: DbtEvent, invocationId: string): string {
  return JSON.stringify({
    data: event.data,
    info: {
      category: "",
      code: event.code,
      extra: {},
      invocation_id: invocationId,
      level: event.level,
      msg: event.message,
      name: event.name,
      pid: process.pid,
      thread: event.thread ?? "MainThread",
      ts: event.at.toISOString().replace("Z", "000Z"),
    },
  });
}

function renderDetailed(event: DbtEvent): string {
  const micros = `${timeOf(event.at)}.${String(event.at.getMilliseconds()).padStart(3, "0")}000`;
  const thread = (event.thread ?? "MainThread").slice(0, 10).padEnd(10);
  return `${micros} [${event.level.padEnd(5)}] [${thread}]: ${event.message}`;
}

function renderEvent(event: DbtEvent, options: ConsoleOptions): string {
  if (options.format === "json") return renderJson(event, options.invocationId);
  const text = options.format === "debug" ? renderDetailed(event) : renderPlain(event);
  return options.useColors ? text : stripVTControlCharacters(text);
}

function renderPlain(event: DbtEvent): string {
  return event.name === "PrintEvent" ? event.message : `${timeOf(event.at)}  ${event.message}`;
}

/** Prints events to the console. */
export function createConsoleSink(options: ConsoleOptions): EventSink {
  return (event) => {
    if (isShown(event, options)) options.write(`${renderEvent(event, options)}\n`);
  };
}

const MAX_LOG_BYTES = 10 * 1024 * 1024;

function rotate(file: string): void {
  try {
    if (statSync(file).size > MAX_LOG_BYTES) renameSync(file, `${file}.1`);
  } catch {
    // There is no log yet.
  }
}

/** A log file that keeps its lines in memory and writes them in batches. */
export interface LogFile {
  readonly sink: EventSink;
  flush(): void;
}

/** Opens `dbt.log` in a folder; every event goes there, whatever the console shows. */
export function openLogFile(folder: string, invocationId: string, startedAt: Date): LogFile {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "dbt.log");
  rotate(file);
  let lines = [
    `\n${"=".repeat(30)} ${startedAt.toISOString()} | ${invocationId} ${"=".repeat(30)}`,
  ];
  const flush = (): void => {
    if (lines.length === 0) return;
    // `dbt clean` may have removed the folder: as in dbt, nobody makes it anew.
    if (existsSync(folder)) appendFileSync(file, `${lines.join("\n")}\n`);
    lines = [];
  };
  return {
    flush,
    sink: (event) => {
      lines.push(stripVTControlCharacters(renderDetailed(event)));
      if (lines.length >= 200) flush();
    },
  };
}
