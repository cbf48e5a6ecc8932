import { spawn } from "node:child_process";
import { setPriority } from "node:os";

/** How the compiler ended; what it found stands in its output. */
export interface CompilerEnd {
  readonly output: string;
  readonly code: number | null;
}

const MAX_OUTPUT = 4 * 1024 * 1024;
/** Dags that are to run come first. */
const NICENESS = 10;

/** Runs the compiler in a process of its own until it ends or takes too long. */
export function runCompiler(
  program: string,
  args: readonly string[],
  {
    cwd,
    timeoutMs,
  }: {
    readonly cwd: string;
    readonly timeoutMs: number;
  },
): Promise<CompilerEnd> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [program, ...args], {
      cwd,
      stdio: ["ignore", "pipe", "pipe"],
      timeout: timeoutMs,
      killSignal: "SIGKILL",
    });
    let output = "";
    const add = (chunk: Buffer): void => {
      if (output.length < MAX_OUTPUT) output += chunk.toString("utf8");
    };
    child.stdout.on("data", add);
    child.stderr.on("data", add);
    child.once("error", (error) => resolve({ output: String(error), code: null }));
    child.once("close", (code) => resolve({ output, code }));
    lowerPriority(child.pid);
  });
}

function lowerPriority(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, NICENESS);
  } catch {
    // It has ended already, or we may not.
  }
}
