import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** A fixture program in a process of its own, after it printed its first line. */
export interface TestProcess {
  readonly pid: number;
  /** The line, read as JSON. */
  readonly answer: Readonly<Record<string, unknown>>;
  /** SIGKILL, and until the process is gone. */
  kill(): Promise<void>;
}

/** Starts `fixtures/<name>.ts`; rejects with what it wrote to stderr when it ends before it prints. */
export async function startFixture(
  name: string,
  args: readonly string[],
  options: { readonly uid?: number; readonly gid?: number } = {},
): Promise<TestProcess> {
  const file = join(import.meta.dirname, "fixtures", `${name}.ts`);
  const child = spawn(process.execPath, [file, ...args], {
    ...options,
    cwd: "/",
    env: { PATH: process.env["PATH"] },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const answer: Readonly<Record<string, unknown>> = JSON.parse(await firstLine(child));
  return {
    pid: child.pid ?? 0,
    answer,
    kill: async () => {
      const exited = once(child, "exit");
      child.kill("SIGKILL");
      await exited;
    },
  };
}

async function firstLine(child: ChildProcess): Promise<string> {
  let errors = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    errors += chunk.toString("utf8");
  });
  if (child.stdout === null) throw new Error("The fixture has no output");
  for await (const line of createInterface({ input: child.stdout })) return line;
  throw new Error(`The fixture ended without a word: ${errors}`);
}
