import type { LogLine } from "@airloom/core";
import { expect, test } from "vitest";
import { openAttemptLog } from "./attempt-log.ts";
import { SecretMask } from "./secret-mask.ts";

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
    },
    events: { publish: () => undefined, subscribe: () => () => undefined },
    mask: new SecretMask(),
  });
  log.say("task", "info", "hello");
  await expect(log.end()).resolves.toBeUndefined();
});
