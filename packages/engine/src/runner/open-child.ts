import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { MAX_FRAME_LENGTH, readFrames } from "./frames.ts";
import type { Account, ModuleSettings } from "./module-settings.ts";
import { makeProcessEnv, TAG_VARIABLE } from "./process-env.ts";
import { killTagged, signalGroup } from "./process-group.ts";
import type { Reaper } from "./reaper.ts";

/** How a child ended. */
export interface ChildExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why it was killed by us: it said what could not be understood. */
  readonly breach: string | null;
}

/** A process of ours that runs user code, leader of its own process group. */
export interface Child {
  readonly pid: number;
  readonly tag: string;
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  /** Sends one message; a child that is gone drops it. */
  send(message: object): void;
  /** Resolves when the process has ended and everything it wrote was read. */
  readonly exited: Promise<ChildExit>;
  signal(signal: NodeJS.Signals): void;
  /** Kills the group and every process that stems from it. */
  destroy(): Promise<void>;
}

/** What `openChild` needs. */
export interface ChildOptions {
  /** Module URL of the program. */
  readonly program: URL;
  readonly modules: ModuleSettings;
  readonly reaper: Reaper;
  readonly heapLimitMb: number;
  /** Where standard output and error go. */
  readonly output: "pipe" | "ignore" | "inherit";
  /** Hears what the child says. A child whose message it throws at is killed: user code may have broken what writes it. */
  readonly onMessage: (message: unknown) => void;
}

/** File descriptors of the link between parent and child; 0 to 2 belong to user code. */
export const LINK = { toParent: 3, toChild: 4 } as const;

/** How much of a message that cannot be understood is quoted. */
const SHOWN_LENGTH = 200;

/** Starts a program of ours as a child. */
export function openChild(options: ChildOptions): Child {
  const tag = randomBytes(12).toString("hex");
  const nonce = randomBytes(24).toString("base64url");
  const env = makeProcessEnv(process.env, options.modules.env);
  const args = [`--max-old-space-size=${options.heapLimitMb}`, fileURLToPath(options.program)];
  const child = spawnAs(options.modules.account, {
    args,
    options: {
      detached: true,
      stdio: ["ignore", options.output, options.output, "pipe", "pipe"],
      env: {
        ...env,
        [TAG_VARIABLE]: tag,
        NODE_COMPILE_CACHE: `${options.modules.cacheDir}/compiled`,
      },
    },
  });
  return linkChild(child, { ...options, tag, nonce });
}

/** What user code makes is for its own group and nobody else, where it runs as a user of its own. */
const USER_CODE_UMASK = 0o007;

/** Starts a program as another user where we may; a child of such a child is that user already. */
function spawnAs(
  account: Account | undefined,
  { args, options }: { readonly args: readonly string[]; readonly options: SpawnOptions },
): ChildProcess {
  const file = process.execPath;
  if (account === undefined || process.getuid?.() !== 0) return spawn(file, args, options);
  // A process has the umask of the moment in which it was started.
  const ours = process.umask(USER_CODE_UMASK);
  try {
    return spawn(file, args, { ...options, ...account });
  } finally {
    process.umask(ours);
  }
}

function linkChild(
  child: ChildProcess,
  options: ChildOptions & { readonly tag: string; readonly nonce: string },
): Child {
  const { reaper, tag, nonce } = options;
  // Only a process that could not be started has no number; its `error` event is the end of it.
  const pid = child.pid ?? 0;
  if (pid > 0) reaper.watch(pid);
  const [, , , fromChild, toChild] = child.stdio;
  const writer = toChild instanceof Writable ? toChild : null;
  writer?.on("error", () => undefined);
  const signal = (name: NodeJS.Signals): void => {
    if (pid > 0) signalGroup(pid, name);
  };
  let breach: string | null = null;
  const part = (reason: string): void => {
    breach ??= reason;
    signal("SIGKILL");
  };
  if (fromChild instanceof Readable) {
    readFrames(fromChild, nonce, {
      frame: (text) => {
        if (breach !== null) return;
        try {
          options.onMessage(JSON.parse(text));
        } catch (error) {
          part(`${String(error)}, at ${JSON.stringify(text.slice(0, SHOWN_LENGTH))}`);
        }
      },
      overflow: () => part(`more than ${MAX_FRAME_LENGTH} characters at once`),
    });
  }
  writer?.write(`${nonce}\n`);
  return {
    pid,
    tag,
    stdout: child.stdout,
    stderr: child.stderr,
    send: (message) => {
      if (writer?.writable === true) writer.write(`${JSON.stringify(message)}\n`);
    },
    exited: waitForExit(child, () => {
      reaper.forget(pid);
    }).then((exit) => ({ ...exit, breach })),
    signal,
    async destroy() {
      signal("SIGKILL");
      await killTagged(new Set([tag]));
    },
  };
}

function waitForExit(child: ChildProcess, onExit: () => void): Promise<Omit<ChildExit, "breach">> {
  return new Promise((resolve) => {
    let settled = false;
    const settle = (exit: Omit<ChildExit, "breach">): void => {
      if (settled) return;
      settled = true;
      resolve(exit);
    };
    child.once("error", () => settle({ code: null, signal: null }));
    child.once("exit", (code, signal) => {
      onExit();
      // A grandchild may hold the pipes open for ever: what it writes later belongs to nobody.
      const timer = setTimeout(() => settle({ code, signal }), 200);
      timer.unref();
      child.once("close", () => {
        clearTimeout(timer);
        settle({ code, signal });
      });
    });
  });
}
