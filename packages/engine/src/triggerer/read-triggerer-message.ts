import type { JsonValue } from "@airloom/core";
import {
  type Fields,
  readCall,
  readFields,
  readLevel,
  readText,
  unreadable,
} from "../runner/read-message.ts";
import type { TriggererMessage } from "./triggerer-protocol.ts";

/** Reads one message of the triggerer process; throws at what no triggerer of ours says. */
export function readTriggererMessage(message: unknown): TriggererMessage {
  const said = readFields(message, "message");
  switch (said["kind"]) {
    case "ready":
    case "stale":
      return { kind: said["kind"] };
    case "pong":
      return { kind: "pong", count: readCount(said, "count") };
    case "stray":
      return { kind: "stray", message: readText(said, "message") };
    case "entered":
    case "cancelled":
      return { kind: said["kind"], id: readCount(said, "id") };
    default:
      return readWaitMessage(said);
  }
}

function readWaitMessage(said: Fields): TriggererMessage {
  const id = readCount(said, "id");
  switch (said["kind"]) {
    case "fired":
      if (said["payload"] === undefined) throw unreadable("payload", undefined);
      return { kind: "fired", id, payload: asJson(said["payload"]) };
    case "failed":
      return { kind: "failed", id, message: readText(said, "message") };
    case "log":
      return { kind: "log", id, level: readLevel(said), text: readText(said, "text") };
    case "mask":
      return { kind: "mask", id, value: readText(said, "value") };
    case "called":
      return { kind: "called", id, call: readCall(said["call"]) };
    default:
      throw unreadable("kind", said["kind"]);
  }
}

/** The wait that a message is about which cannot be read otherwise. */
export function findWaitId(message: unknown): number | undefined {
  try {
    return readCount(readFields(message, "message"), "id");
  } catch {
    return undefined;
  }
}

function readCount(said: Fields, name: string): number {
  const value = said[name];
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  throw unreadable(name, value);
}

// It came through JSON.
function asJson(value: unknown): JsonValue {
  return value as JsonValue;
}
