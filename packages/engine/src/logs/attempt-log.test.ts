import { type LogLine, SecretMask } from "@airloom/core";
import { expect, test } from "vitest";
import { openAttemptLog } from "./attempt-log.ts";

const KEY = { dagId: "d", runId: "r", taskId: "t", mapIndex: -1, tryNumber: 1 };

test("ends when all of it is written, also a line that has no end", async () => {
  const gate = Promise.withResolvers<void>();
  const written: string[] = [];
  const log = openAttemptLog(KEY, {
    logs: {
      append: async (_key, lines: readonly LogLine[]) => {
        await gate.promise;
        written.push(...lines.map(({ text }) => text));
      },
      read: () => Promise.reject(new Error("Nobody reads")),
      view: () => Promise.reject(new Error("Nobody looks")),
    },
    events: { publish: () => undefined, subscribe: () => () => undefined },
    mask: new SecretMask(),
  });
  log.write("stdout", "info", "whole\nno end");
  const ended = log.end().then(() => "ended");
  expect(await Promise.race([ended, Promise.resolve("not yet")])).toBe("not yet");
  gate.resolve();
  expect(await ended).toBe("ended");
  expect(written).toEqual(["whole", "no end"]);
});

test("ends also where it cannot be written: that must not fail the task", async () => {
  const log = openAttemptLog(KEY, {
    logs: {
      append: () => Promise.reject(new Error("No space left on device")),
      read: () => Promise.reject(new Error("Nobody reads")),
      view: () => Promise.reject(new Error("Nobody looks")),
    },
    events: { publish: () => undefined, subscribe: () => () => undefined },
    mask: new SecretMask(),
  });
  log.say("task", "info", "hello");
  await expect(log.end()).resolves.toBeUndefined();
});

test("hides a secret that lies where a line without end is written in pieces (S10)", async () => {
  const mask = new SecretMask();
  mask.add("a-secret/with+signs");
  const written: string[] = [];
  const log = openAttemptLog(KEY, {
    logs: {
      append: async (_key, lines: readonly LogLine[]) => {
        written.push(...lines.map(({ text }) => text));
      },
      read: () => Promise.reject(new Error("Nobody reads")),
      view: () => Promise.reject(new Error("Nobody looks")),
    },
    events: { publish: () => undefined, subscribe: () => () => undefined },
    mask,
  });
  const spelled = encodeURIComponent("a-secret/with+signs");
  for (let before = 0; before <= spelled.length; before += 4) {
    log.write("stdout", "info", "x".repeat(64 * 1024 - before));
    log.write("stdout", "info", spelled.slice(0, before + 1));
    log.write("stdout", "info", `${spelled.slice(before + 1)} then\n`);
  }
  await log.end();
  const all = written.join("");
  expect(all.replaceAll("x", "")).toBe("*** then".repeat(Math.floor(spelled.length / 4) + 1));
});

/** What is written of a stream that comes in pieces. */
async function write(mask: SecretMask, ...pieces: readonly string[]): Promise<readonly string[]> {
  const written: string[] = [];
  const log = openAttemptLog(KEY, {
    logs: {
      append: async (_key, lines: readonly LogLine[]) => {
        written.push(...lines.map(({ text }) => text));
      },
      read: () => Promise.reject(new Error("Nobody reads")),
      view: () => Promise.reject(new Error("Nobody looks")),
    },
    events: { publish: () => undefined, subscribe: () => () => undefined },
    mask,
  });
  for (const piece of pieces) log.write("stdout", "info", piece);
  await log.end();
  return written;
}

test.each(["\r", "\r\n", "\n", "\v", "\f", "\u0085", "\u2028", "\u2029"])(
  "what stands behind %j is a line of its own, with the time, level and source that the platform gives it (S8)",
  async (end) => {
    const forged = "2026-01-01T00:00:00Z ERROR [scheduler] forged";
    expect(await write(new SecretMask(), `a${end}${forged}${end}`, "b")).toEqual([
      "a",
      forged,
      "b",
    ]);
    expect(await write(new SecretMask(), ...Array.from(`a${end}${forged}\r`), "\nb")).toEqual([
      "a",
      forged,
      "b",
    ]);
  },
);

test("hides a secret that colours run through, and leaves the colours of other lines (S10)", async () => {
  const mask = new SecretMask();
  mask.add("tok-12345678");
  const split = "a \u001b[31mtok-\u001b[0m12345678 b";
  expect(await write(mask, `${split}\n`, "\u001b[31mred\u001b[0m tok-12345678\n")).toEqual([
    "a *** b",
    "\u001b[31mred\u001b[0m ***",
  ]);
});
