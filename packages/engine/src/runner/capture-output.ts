import { Console } from "node:console";
import type { LogLevel } from "@airloom/core";
import type { LogMessage } from "./protocol.ts";

/** What each way of the console says of its lines; whatever else it writes is as grave as its stream. */
const LEVELS = {
  debug: "debug",
  log: "info",
  info: "info",
  // It shows the way to a place, and is no error, although it goes to the standard error.
  trace: "debug",
  warn: "warning",
  error: "error",
  assert: "error",
} as const satisfies Partial<Record<keyof Console, LogLevel>>;

/**
 * Sends what JavaScript writes to the standard streams the same way as the lines of the task's log, so that both keep
 * their order. What native code and child processes write takes the pipes.
 */
export function captureOutput(send: (message: LogMessage) => void): void {
  // What one way of the console does by another is as grave as what was called.
  let said: LogLevel | undefined;
  capture(process.stdout, (text) =>
    send({ kind: "log", source: "stdout", level: said ?? "info", text }),
  );
  capture(process.stderr, (text) =>
    send({ kind: "log", source: "stderr", level: said ?? "error", text }),
  );
  // The one that everybody has, and those that are made later.
  for (const target of [console, Console.prototype]) {
    giveLevels(target, (level, write) => {
      const outer = said;
      said ??= level;
      try {
        write();
      } finally {
        said = outer;
      }
    });
  }
  sendWarnings(send);
}

/** Has each way of a console tell its level while it writes. */
function giveLevels(target: object, speak: (level: LogLevel, write: () => void) => void): void {
  for (const [name, level] of Object.entries(LEVELS)) {
    const write: unknown = Reflect.get(target, name);
    if (typeof write !== "function") continue;
    Reflect.set(target, name, function (this: unknown, ...args: unknown[]): void {
      speak(level, () => Reflect.apply(write, this, args));
    });
  }
}

/** Node's own warnings, of what is deprecated for one, go past the streams and are no errors. */
function sendWarnings(send: (message: LogMessage) => void): void {
  process.removeAllListeners("warning");
  process.on("warning", ({ name, message }) => {
    send({ kind: "log", source: "stderr", level: "warning", text: `${name}: ${message}\n` });
  });
}

function capture(stream: NodeJS.WriteStream, onText: (text: string) => void): void {
  const decoder = new TextDecoder();
  const write = (
    chunk: string | Uint8Array,
    encoding?: BufferEncoding | ((error?: Error) => void),
    callback?: (error?: Error) => void,
  ): boolean => {
    onText(typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true }));
    const done = typeof encoding === "function" ? encoding : callback;
    if (done !== undefined) process.nextTick(done);
    return true;
  };
  stream.write = write;
}
