import { writeSync } from "node:fs";
import { Socket } from "node:net";
import { LINK } from "./open-child.ts";

// Everything here is taken before any user code runs, which may replace what it finds: methods of built-in objects,
// and through `syncBuiltinESMExports` even what was imported. What carries the secret prefix goes through nothing else.
const { stringify, parse } = JSON;
const write = writeSync;
const encode = TextEncoder.prototype.encode.bind(new TextEncoder());
const { defineProperty, getOwnPropertyDescriptor, getPrototypeOf } = Object;
const erase = takeMethod(Reflect.get(Uint8Array.prototype, "fill"));
const lengthOf = takeMethod(
  Reflect.get(
    getOwnPropertyDescriptor(getPrototypeOf(Uint8Array.prototype), "byteLength") ?? {},
    "get",
  ),
);

/** The child's end of the link to the process that started it. */
export interface ParentLink {
  /** Written at once and in order: nothing said before a crash is lost. */
  send(message: object): void;
  /** Whether waiting for messages keeps this process alive. */
  hold(isHeld: boolean): void;
}

/**
 * Opens the link. The first line that comes is the secret prefix of all answers; it is read before any user code is
 * imported, so user code cannot speak in the name of this process by accident or with a patched built-in. What gets
 * past that, such as a look at the heap, gains nothing: the parent believes only what a task may say.
 *
 * When the parent is gone, so is this process with its whole group.
 */
export function openParentLink(onMessage: (message: unknown) => void): ParentLink {
  let nonce: string | undefined;
  let pending = "";
  hideBinding();
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

/** A method of a built-in object as a function, for whatever becomes of the object. */
function takeMethod(method: unknown): (self: object, ...args: readonly unknown[]) => unknown {
  const taken: unknown = Function.prototype.call.bind(method as () => unknown);
  return taken as (self: object, ...args: readonly unknown[]) => unknown;
}

function writeFrame(text: string): void {
  // Bytes of their own: those of `Buffer` come from a pool that anybody can look into.
  const bytes = encode(text);
  const length = lengthOf(bytes) as number;
  // Asked by `writeSync`; the inherited getter may be somebody else's by now.
  defineProperty(bytes, "byteLength", asDescriptor(length));
  let offset = 0;
  while (offset < length) offset += write(LINK.toParent, bytes, offset, length - offset);
  erase(bytes, 0);
}

/** Without a prototype, on which user code may have put fields that a descriptor has. */
function asDescriptor(value: number): PropertyDescriptor {
  return { __proto__: null, value } as PropertyDescriptor;
}

/** Node's own file system goes through an object that `process.binding` hands to everybody, to be patched. */
function hideBinding(): void {
  const binding: unknown = Reflect.get(process, "binding");
  if (typeof binding !== "function") return;
  const open = binding.bind(process);
  defineProperty(process, "binding", {
    value: (asked: unknown): unknown => {
      const name = String(asked);
      if (name === "fs") throw new Error('Cannot open the binding "fs" in a task: use node:fs');
      return open(name);
    },
  });
}

function endGroup(): void {
  try {
    process.kill(-process.pid, "SIGKILL");
  } catch {
    process.exit(1);
  }
}
