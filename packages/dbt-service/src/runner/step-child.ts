import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { basename, extname } from "node:path";
import { fileURLToPath } from "node:url";

/** How a step's child ended. */
export type ChildEnd =
  | { readonly kind: "exit"; readonly code: number }
  | { readonly kind: "signal"; readonly signal: string }
  | { readonly kind: "not_started"; readonly message: string };

/** What a step's child is started with. */
export interface ChildCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** As whom it runs; as ourselves with null. */
  readonly account: Account | null;
  readonly onOutput: (text: string) => void;
}

/** A user of this machine by its numbers. */
interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** What dbt makes is for its own group and nobody else, where it runs as a user of its own. */
const DBT_UMASK = 0o007;

/** A running child with its process group. */
export interface StepChild {
  readonly processGroup: number | null;
  readonly ended: Promise<ChildEnd>;
  /** Asks the group to end, and ends it when it has not within that time. */
  stop(killAfterMs: number): void;
}

/**
 * Starts a child in a process group of its own. The group dies when the child does, and the child when we do.
 */
export function startStepChild(command: ChildCommand): StepChild {
  const { file, args } = wrapCommand(command);
  const child = spawnAs(command, file, args);
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", (text: string) => command.onOutput(text));
  }
  // The other end closes with the child; that is told by its exit.
  child.stdin.on("error", () => undefined);
  return {
    processGroup: child.pid ?? null,
    ended: waitForEnd(child),
    stop: (killAfterMs) => stopGroup(child, killAfterMs),
  };
}

function spawnAs(
  { account, cwd, env }: ChildCommand,
  file: string,
  args: readonly string[],
): ChildProcessWithoutNullStreams {
  const options = {
    cwd,
    env: { ...env },
    // Standard input is the lifeline: it ends when we do.
    stdio: "pipe" as const,
    detached: process.platform !== "win32",
    windowsHide: true,
  };
  if (account === null) return spawn(file, [...args], options);
  // A process has the umask of the moment in which it was started.
  const ours = process.umask(DBT_UMASK);
  try {
    return spawn(file, [...args], { ...options, ...account });
  } finally {
    process.umask(ours);
  }
}

// A Node program watches its parent by itself; any other program gets a guard in between.
function wrapCommand(command: ChildCommand): {
  readonly file: string;
  readonly args: readonly string[];
} {
  const isNode =
    command.file === process.execPath || /^node(?:\.exe)?$/u.test(basename(command.file));
  if (isNode) {
    const hook = new URL(`./die-with-parent${extname(import.meta.url)}`, import.meta.url);
    return { file: command.file, args: ["--import", hook.href, ...command.args] };
  }
  const guard = new URL(`./guard-command${extname(import.meta.url)}`, import.meta.url);
  return {
    file: process.execPath,
    args: [fileURLToPath(guard), command.file, ...command.args],
  };
}

function waitForEnd(child: ChildProcess): Promise<ChildEnd> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve({ kind: "not_started", message: error.message }));
    // What it started and left behind holds its pipes open and has no right to live on.
    child.once("exit", () => killGroup(child.pid, "SIGKILL"));
    child.once("close", (code, signal) =>
      resolve(
        signal === null ? { kind: "exit", code: code ?? 1 } : { kind: "signal", signal: signal },
      ),
    );
  });
}

function stopGroup(child: ChildProcess, killAfterMs: number): void {
  if (child.exitCode !== null || child.signalCode !== null) return;
  if (killAfterMs <= 0) {
    killGroup(child.pid, "SIGKILL");
    return;
  }
  killGroup(child.pid, "SIGTERM");
  const timer = setTimeout(() => killGroup(child.pid, "SIGKILL"), killAfterMs);
  child.once("exit", () => clearTimeout(timer));
}

function killGroup(pid: number | undefined, signal: "SIGTERM" | "SIGKILL"): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === "win32" ? pid : -pid, signal);
  } catch {
    // Gone already: that is what was wanted.
  }
}
