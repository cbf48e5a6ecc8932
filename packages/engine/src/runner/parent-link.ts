import { writeSync } from "node:fs";
import { Socket } from "node:net";
import { LINK } from "./open-child.ts";

// Taken before any user code runs, which may replace them.
const { stringify, parse } = JSON;

/** The child's end of the link to the process that started it. */
export interface ParentLink {
  /** Written at once and in order: nothing said before a crash is lost. */
  send(message: object): void;
  /** Whether waiting for messages keeps this process alive. */
  hold(isHeld: boolean): void;
}

/**
 * Opens the link. The first line that comes is the secret prefix of all answers; it is read before any user code is
 * imported, so user code cannot speak in the name of this process.
 *
 * When the parent is gone, so is this process with its whole group.
 */
export function openParentLink(onMessage: (message: unknown) => void): ParentLink {
  let nonce: string | undefined;
  let pending = "";
  const socket = new Socket({ fd: LINK.toChild, readable: true, writable: false });
  socket.setEncoding("utf8");
  socket.on("data", (chunk: string) => {
    const lines = (pending + chunk).split("\n");
    pending = lines.pop() ?? "";
    for (const line of lines) {
      if (nonce === undefined) nonce = line;
      else onMessage(parse(line));
    }
  });
  socket.on("error", endGroup);
  socket.on("close", endGroup);
  return {
    send: (message) => writeFrame(`\n${nonce ?? ""}${stringify(message)}\n`),
    hold: (isHeld) => {
      if (isHeld) socket.ref();
      else socket.unref();
    },
  };
}

function writeFrame(text: string): void {
  const bytes = Buffer.from(text);
  let offset = 0;
  while (offset < bytes.length) offset += writeSync(LINK.toParent, bytes, offset);
}

function endGroup(): void {
  try {
    process.kill(-process.pid, "SIGKILL");
  } catch {
    process.exit(1);
  }
}
