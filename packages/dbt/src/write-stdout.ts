import { writeSync } from "node:fs";

const RETRY_WRITE_MS = 5;
const STDOUT = 1;

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

/** Writes at once, in the thread that calls: what is said before a kill is not lost, and a slow reader slows the engine down. */
export function writeStdout(text: string): void {
  let left = Buffer.from(text);
  while (left.length > 0) {
    try {
      left = left.subarray(writeSync(STDOUT, left));
    } catch (error) {
      if (!isCode(error, "EAGAIN")) {
        // Nobody reads any more: what is left to do is done without saying so.
        if (isCode(error, "EPIPE")) return;
        throw error;
      }
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_WRITE_MS);
    }
  }
}
