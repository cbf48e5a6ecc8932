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
