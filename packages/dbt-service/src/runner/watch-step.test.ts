import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { measureByPs, measureGroup } from "./measure-group.ts";
import { type ExceededLimit, findExceeded, watchStep } from "./watch-step.ts";

const LIMITS = { cpuSeconds: 10, wallSeconds: 60, memoryMb: 512, outputMb: 100 };
const NOTHING = { cpuSeconds: 0, wallSeconds: 0, memoryMb: 0, outputMb: 0 };

/** A Node program in a process group of its own, as a step is. */
function start(code: string, cwd = tmpdir()): { readonly pid: number; end(): Promise<void> } {
  const child = spawn(process.execPath, ["-e", code], { cwd, detached: true, stdio: "ignore" });
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const pid = child.pid ?? 0;
  return {
    pid,
    end: async () => {
      process.kill(-pid, "SIGKILL");
      await gone;
    },
  };
}

describe("limits of a step (S9)", () => {
  test.each([
    [{ memoryMb: 513 }, "memory than its 512 MB", "dbtMemoryMb"],
    [{ cpuSeconds: 11 }, "processor time than its 10s", "dbtCpuSeconds"],
    [{ wallSeconds: 61 }, "time than its 60s", "dbtWallSeconds"],
    [{ outputMb: 101 }, "output than its 100 MB", "dbtOutputMb"],
  ])("%j is too much, and the message says what raises the limit", (use, words, setting) => {
    const message = findExceeded({ ...NOTHING, ...use }, LIMITS)?.message;
    expect(message).toContain(words);
    expect(message).toContain(`raise "${setting}" in airloom.config.json`);
  });

  test("what is within all limits goes on", () => {
    expect(findExceeded({ ...NOTHING, memoryMb: 512, cpuSeconds: 10 }, LIMITS)).toBeUndefined();
  });

  test.each([
    ["cpuSeconds", "for (;;);", { ...LIMITS, cpuSeconds: 1 }],
    [
      "memoryMb",
      "globalThis.b = Buffer.alloc(2e8, 1); setInterval(() => 0, 1e6)",
      { ...LIMITS, memoryMb: 150 },
    ],
    ["wallSeconds", "setInterval(() => 0, 1e6)", { ...LIMITS, wallSeconds: 1 }],
  ] as const)("a process over its %s is found", async (key, code, limits) => {
    const child = start(code);
    try {
      const step = { processGroup: child.pid, folder: tmpdir(), getPrintedBytes: () => 0 };
      const limit = await new Promise<ExceededLimit>((resolve) => {
        watchStep(step, limits, resolve);
      });
      expect(limit.key).toBe(key);
    } finally {
      await child.end();
    }
  });

  test.each([
    ["measures", undefined],
    ["does not measure", measureByPs],
  ])(
    "a folder that grows over its outputMb is found where the system %s what is written",
    async (_, measure) => {
      const folder = await mkdtemp(join(tmpdir(), "watch-step-"));
      const code =
        "const fs = require('fs'); let n = 0; setInterval(() => fs.writeFileSync(`f${n++ % 20}`, Buffer.alloc(1e6)), 100)";
      const child = start(code, folder);
      try {
        const step = {
          processGroup: child.pid,
          folder,
          getPrintedBytes: () => 0,
          ...(measure && { measure }),
        };
        const limit = await new Promise<ExceededLimit>((resolve) => {
          watchStep(step, { ...LIMITS, outputMb: 8 }, resolve);
        });
        expect(limit.key).toBe("outputMb");
      } finally {
        await child.end();
        await rm(folder, { recursive: true });
      }
    },
  );

  test("ps measures what /proc does", async () => {
    const child = start("globalThis.b = Buffer.alloc(2e8, 1); setInterval(() => 0, 1e6)");
    try {
      await expect.poll(async () => (await measureGroup(child.pid)).memoryMb).toBeGreaterThan(200);
      await expect.poll(async () => (await measureByPs(child.pid)).memoryMb).toBeGreaterThan(200);
    } finally {
      await child.end();
    }
  });
});
