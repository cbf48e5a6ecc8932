import { describe, expect, test } from "vitest";
import { findWaitId, readTriggererMessage } from "./read-triggerer-message.ts";
import type { TriggererMessage } from "./triggerer-protocol.ts";

const SAID: readonly TriggererMessage[] = [
  { kind: "ready" },
  { kind: "stale" },
  { kind: "pong", count: 3 },
  { kind: "stray", message: "x" },
  { kind: "entered", id: 2 ** 47 - 1 },
  { kind: "cancelled", id: 1 },
  { kind: "fired", id: 1, payload: null },
  { kind: "failed", id: 1, message: "x" },
  { kind: "log", id: 1, level: "info", text: "x" },
  { kind: "mask", id: 1, value: "x" },
];

describe("readTriggererMessage()", () => {
  test.each(SAID)("reads %j as it was said", (message) => {
    expect(readTriggererMessage(JSON.parse(JSON.stringify(message)))).toEqual(message);
  });

  test.each(
    SAID.flatMap((message) =>
      Object.keys(message).flatMap((field) =>
        [undefined, "no such", [], {}, 1.5]
          .filter((value) => !isFit(field, value))
          .map((value) => ({ ...message, [field]: value })),
      ),
    ),
  )("refuses %j (S8)", (message) => {
    expect(() => readTriggererMessage(message)).toThrow(/^Its \w+ cannot be /u);
  });

  test.each([
    null,
    "fired",
    [],
    { kind: "log", id: 1, level: "info", text: "x".repeat(3), source: "system" },
    { kind: "called", id: 1, call: "findVariable" },
    { kind: "called", id: 1, call: { kind: "call", id: 1, method: "deleteDag", args: [] } },
    { kind: "resume", id: 1 },
  ])("lets no trigger say %j (S8)", (message) => {
    const read = () => readTriggererMessage(message);
    // What a known message carries beside its fields is left behind.
    if (message !== null && typeof message === "object" && "source" in message) {
      expect(read()).not.toHaveProperty("source");
    } else expect(read).toThrow(/^Its \w+ cannot be /u);
  });

  test("knows the wait of a message that cannot be read, so that it ends alone (S8)", () => {
    expect(findWaitId({ kind: "log", id: 7, level: "loud" })).toBe(7);
    expect(findWaitId({ kind: "log", id: "7" })).toBeUndefined();
    expect(findWaitId(null)).toBeUndefined();
  });
});

/** A text fits where a text is told, and anything where the payload is. */
function isFit(field: string, value: unknown): boolean {
  if (field === "payload") return value !== undefined;
  return typeof value === "string" && ["message", "text", "value"].includes(field);
}
