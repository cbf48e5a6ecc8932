import { pathToFileURL } from "node:url";
import { installModuleHooks } from "../runner/module-hooks.ts";
import { openParentLink } from "../runner/parent-link.ts";
import { toWireError } from "../runner/protocol.ts";
import type { CallAnswer, CallRequest } from "./run-in-process.ts";

// A process that calls one function of one module, says what it gave, and is ended by its parent.

const link = openParentLink((message) => void handle(asRequest(message)));
const say = (answer: CallAnswer): void => link.send(answer);

async function handle(request: CallRequest): Promise<void> {
  try {
    await import(pathToFileURL(request.entry).href);
    installModuleHooks(request);
    const url = request.module.startsWith("file:")
      ? request.module
      : pathToFileURL(request.module).href;
    const module: unknown = await import(url);
    const call = findFunction(module, request.export);
    const value = await call(request.argument, { signal: new AbortController().signal });
    say({ kind: "value", value: value ?? null });
  } catch (error) {
    say({ kind: "error", error: toWireError(error) });
  }
}

type Callable = (argument: unknown, options: { readonly signal: AbortSignal }) => unknown;

function findFunction(module: unknown, name: string): Callable {
  const found: unknown =
    typeof module === "object" && module !== null ? Reflect.get(module, name) : undefined;
  if (typeof found === "function") return found as Callable;
  throw new Error(`Cannot find the function "${name}" in the module`);
}

// The parent is our own code; it sends nothing else.
function asRequest(message: unknown): CallRequest {
  return message as CallRequest;
}
