import { fork, spawn } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createTemporaryProject } from "./testing/temporary-project.ts";

const MAIN = join(import.meta.dirname, "main.ts");

const ENDLESS =
  "{{ config(materialized='table') }} select count(*) as c from range(1000000000) a, range(1000000) b where hash(a.range, b.range) % 7 = 1";

interface Finished {
  readonly exitCode: number | null;
  readonly output: string;
}

/** Runs the entry point as a process; calls back with everything printed so far. */
async function runMain(
  root: string,
  args: readonly string[],
  onOutput: (output: string, kill: (signal: NodeJS.Signals) => void) => void = () => undefined,
): Promise<Finished> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: root,
    env: { PATH: process.env["PATH"], HOME: root },
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
    onOutput(output, (signal) => child.kill(signal));
  });
  return new Promise((resolve) => {
    child.on("close", (exitCode) => resolve({ exitCode, output }));
  });
}

test("the process ends with dbt's exit codes", async () => {
  const shop = createTemporaryProject({ "models/a.sql": "select 1 as n" });
  try {
    expect((await runMain(shop.root, ["build"])).exitCode).toBe(0);
    expect((await runMain(shop.root, ["build", "--nonsense"])).exitCode).toBe(2);
    shop.write({ "models/a.sql": "select nope" });
    expect((await runMain(shop.root, ["build"])).exitCode).toBe(1);
  } finally {
    shop.remove();
  }
});

test("a signal stops the running statement, and what had ended is in the results", async () => {
  const shop = createTemporaryProject({
    "models/quick.sql": "select 1 as n",
    "models/slow.sql": ENDLESS,
    "models/after.sql": "select * from {{ ref('slow') }}",
  });
  try {
    let isSent = false;
    const finished = await runMain(shop.root, ["build"], (output, kill) => {
      if (isSent || !output.includes("START sql table model") || !output.includes("OK created"))
        return;
      isSent = true;
      kill("SIGTERM");
    });
    expect(finished.exitCode).toBe(1);
    expect(finished.output).toContain("The process was interrupted");
    expect(shop.statuses()).toEqual({ quick: "success", slow: "error", after: "skipped" });
  } finally {
    shop.remove();
  }
});

test("a forked process ends by itself with its exit code, and at once when its parent lets go", async () => {
  const shop = createTemporaryProject({ "models/quick.sql": "select 1 as n" });
  const start = (onOutput: (text: string, leave: () => void) => void): Promise<number | null> => {
    const env = { PATH: process.env["PATH"], HOME: shop.root };
    const child = fork(MAIN, ["build"], { cwd: shop.root, env, silent: true });
    child.stdout?.on("data", (chunk: Buffer) =>
      onOutput(chunk.toString(), () => child.disconnect()),
    );
    return new Promise((resolve) => {
      child.on("exit", (exitCode) => resolve(exitCode));
    });
  };
  try {
    expect(await start(() => undefined)).toBe(0);
    shop.write({ "models/slow.sql": ENDLESS });
    const left = start((text, leave) => {
      if (text.includes("START sql table model main.slow")) leave();
    });
    // Killed, so without an exit code of its own.
    expect(await left).toBeNull();
  } finally {
    shop.remove();
  }
});

test("a forked process whose parent lets go ends while a template blocks it (S9)", async () => {
  const blocking = `{% if execute %}{% do log('begun', info=true) %}{% for i in range(100000) %}{% set x = ('x' * 30000000)|upper %}{% endfor %}{% endif %} select 1 as n`;
  const shop = createTemporaryProject({ "models/m.sql": blocking });
  try {
    const env = { PATH: process.env["PATH"], HOME: shop.root };
    const child = fork(MAIN, ["compile"], { cwd: shop.root, env, silent: true });
    child.stdout?.on("data", (chunk: Buffer) => {
      if (chunk.toString().includes("begun")) child.disconnect();
    });
    const signal = await new Promise((resolve) => {
      child.on("exit", (_, by) => resolve(by));
    });
    expect(signal).toBe("SIGKILL");
  } finally {
    shop.remove();
  }
});
