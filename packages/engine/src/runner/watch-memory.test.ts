import { spawn } from "node:child_process";
import { describe, expect, test } from "vitest";
import { MemoryWatch } from "./watch-memory.ts";

/** Holds some memory in itself, and starts others that hold some. */
const HOLD = `
const { spawn } = require("node:child_process");
const [own, ...others] = process.argv.slice(1).map(Number);
for (const other of others) spawn(process.execPath, ["-e", HOLD, other], { stdio: "ignore" });
globalThis.held = Buffer.alloc(own * 1_048_576, 1);
setInterval(() => undefined, 1_000);
`;

describe.runIf(process.platform === "linux")("the memory of a process group", () => {
  test.each([
    ["one process", [300], "process"],
    ["a process with what it started (S5)", [10, 180, 180], "group"],
  ] as const)("over its limit is found: of %s", async (_title, sizes, holder) => {
    const program = HOLD.replace("HOLD", JSON.stringify(HOLD));
    const child = spawn(process.execPath, ["-e", program, ...sizes.map(String)], {
      detached: true,
      stdio: "ignore",
    });
    const pid = child.pid ?? 0;
    try {
      const over = await new Promise((resolve) => new MemoryWatch().watch(pid, 270, resolve));
      expect(over).toBe(holder);
    } finally {
      process.kill(-pid, "SIGKILL");
    }
  });

  test("is watched by itself, and not after its end", async () => {
    const watch = new MemoryWatch();
    const told: string[] = [];
    watch.watch(process.pid, 1_000_000, () => told.push("far"));
    const end = watch.watch(process.pid, 1, () => told.push("ended"));
    end();
    await new Promise((resolve) => watch.watch(process.pid, 1, resolve));
    expect(told).toEqual([]);
  });
});
