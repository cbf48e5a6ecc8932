import {
  type Deferral,
  type Failure,
  LOG_LEVELS,
  type LogLevel,
  type Outcome,
} from "@airloom/core";
import { CALLABLE_METHODS, type CallMessage, type RunnerMessage } from "./protocol.ts";

// What a process with user code in it says is text from outside: the code may have broken, or spoken through, what
// writes it. Everything is checked before anything is believed.

/** What a task process can write: `scheduler` and `triggerer` are the platform's own words. */
const SOURCES = ["task", "stdout", "stderr"] as const;
const METHODS: ReadonlySet<unknown> = new Set(CALLABLE_METHODS);

/** What is said, field by field. */
export type Fields = Readonly<Record<string, unknown>>;

/** Reads one message of a task process; throws at what no task process of ours says. */
export function readRunnerMessage(message: unknown): RunnerMessage {
  const said = readFields(message, "message");
  switch (said["kind"]) {
    case "ready":
    case "stale":
    case "aborting":
    case "cancelled":
      return { kind: said["kind"] };
    case "log":
      return {
        kind: "log",
        source: readOneOf(said, "source", SOURCES),
        level: readLevel(said),
        text: readText(said, "text"),
      };
    case "mask":
      return { kind: "mask", value: readText(said, "value") };
    case "call":
      return readCall(said);
    case "finished":
      return {
        kind: "finished",
        outcome: readOutcome(said["outcome"]),
        skip: readTexts(said, "skip"),
        isClean: said["isClean"] === true,
      };
    default:
      throw unreadable("kind", said["kind"]);
  }
}

/** Reads a call of the task API; its arguments are the business of the API. */
export function readCall(value: unknown): CallMessage {
  const call = readFields(value, "call");
  const { id, method, args } = call;
  if (call["kind"] !== "call") throw unreadable("kind", call["kind"]);
  if (typeof id !== "number" || !Number.isSafeInteger(id)) throw unreadable("id", id);
  if (!isMethod(method)) throw unreadable("method", method);
  if (!Array.isArray(args)) throw unreadable("args", args);
  return { kind: "call", id, method, args };
}

export function readLevel(said: Fields): LogLevel {
  return readOneOf(said, "level", LOG_LEVELS);
}

export function readText(said: Fields, name: string): string {
  const value = said[name];
  if (typeof value !== "string") throw unreadable(name, value);
  return value;
}

export function readFields(value: unknown, name: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw unreadable(name, value);
  }
  return Object.fromEntries(Object.entries(value));
}

export function unreadable(name: string, value: unknown): Error {
  return new Error(`Its ${name} cannot be ${JSON.stringify(value)?.slice(0, 80) ?? "missing"}`);
}

function readOutcome(value: unknown): Outcome {
  const said = readFields(value, "outcome");
  switch (said["kind"]) {
    case "success":
      return { kind: "success" };
    case "skipped":
      return { kind: "skipped", message: readTextOrNull(said, "message") };
    case "failed":
      return {
        kind: "failed",
        failure: readFailure(said["failure"]),
        retryable: said["retryable"] !== false,
      };
    case "deferred":
      return { kind: "deferred", deferral: readDeferral(said["deferral"]) };
    case "rescheduled":
      return { kind: "rescheduled", nextTryAt: readInstant(said, "nextTryAt") };
    case "lost":
      return { kind: "lost", message: readText(said, "message") };
    default:
      throw unreadable("outcome", said["kind"]);
  }
}

function readFailure(value: unknown): Failure {
  const failure = readFields(value, "failure");
  return {
    kind: readText(failure, "kind"),
    message: readText(failure, "message"),
    place: readTextOrNull(failure, "place"),
    stack: readTextOrNull(failure, "stack"),
  };
}

function readDeferral(value: unknown): Deferral {
  const deferral = readFields(value, "deferral");
  const isEndless = deferral["timeoutAt"] === null;
  return {
    trigger: readText(deferral, "trigger"),
    input: asJsonObject(readFields(deferral["input"], "input")),
    timeoutAt: isEndless ? null : readInstant(deferral, "timeoutAt").toISOString(),
  };
}

/** An instant that every part of the platform can hold: PostgreSQL, JSON and timers alike. */
function readInstant(said: Fields, name: string): Date {
  const text = readText(said, name);
  const at = new Date(text);
  const isKnown = /^\d{4}-\d\d-\d\dT/u.test(text) && !Number.isNaN(at.getTime());
  if (!isKnown) throw unreadable(name, text);
  return at;
}

function readTexts(said: Fields, name: string): readonly string[] {
  const value = said[name];
  if (!Array.isArray(value)) throw unreadable(name, value);
  return value.map((text: unknown) => readText({ [name]: text }, name));
}

function readTextOrNull(said: Fields, name: string): string | null {
  return said[name] === null || said[name] === undefined ? null : readText(said, name);
}

function readOneOf<K extends string>(said: Fields, name: string, known: readonly K[]): K {
  const found = known.find((one) => one === said[name]);
  if (found === undefined) throw unreadable(name, said[name]);
  return found;
}

function isMethod(value: unknown): value is CallMessage["method"] {
  return METHODS.has(value);
}

// It came through JSON.
function asJsonObject(fields: Fields): Deferral["input"] {
  return fields as Deferral["input"];
}
