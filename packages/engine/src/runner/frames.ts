import type { Readable } from "node:stream";

export const MAX_FRAME_LENGTH = 64 * 1024 * 1024;

/**
 * Reads lines from a stream and hands on those that begin with `prefix`, without it.
 *
 * Whatever else user code managed to write there is dropped.
 */
export function readFrames(
  stream: Readable,
  prefix: string,
  on: { readonly frame: (text: string) => void; readonly overflow: () => void },
): void {
  let pending: string[] = [];
  let pendingLength = 0;
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    const lines = chunk.split("\n");
    const last = lines.pop() ?? "";
    for (const line of lines) {
      const whole = pending.length === 0 ? line : pending.join("") + line;
      pending = [];
      pendingLength = 0;
      if (whole.startsWith(prefix)) on.frame(whole.slice(prefix.length));
    }
    if (last !== "") pending.push(last);
    pendingLength += last.length;
    if (pendingLength > MAX_FRAME_LENGTH) {
      pending = [];
      pendingLength = 0;
      on.overflow();
    }
  });
  stream.on("error", () => undefined);
}
