import type { LogMessage } from "./protocol.ts";

/**
 * Sends what JavaScript writes to the standard streams the same way as the lines of the task's log, so that both keep
 * their order. What native code and child processes write takes the pipes.
 */
export function captureOutput(send: (message: LogMessage) => void): void {
  capture(process.stdout, (text) => send({ kind: "log", source: "stdout", level: "info", text }));
  capture(process.stderr, (text) => send({ kind: "log", source: "stderr", level: "error", text }));
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
