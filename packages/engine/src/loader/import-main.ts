import { pathToFileURL } from "node:url";
import { installModuleHooks, type ModuleHooks } from "../runner/module-hooks.ts";
import { openParentLink } from "../runner/parent-link.ts";
import { programUrl } from "../runner/program-url.ts";
import { type Cleanliness, watchCleanliness } from "./cleanliness.ts";
import { describeImportError } from "./describe-import-error.ts";
import type { ImporterMessage, ImporterRequest, ImportReport } from "./import-report.ts";
import { readDags } from "./read-dags.ts";

// The process in which Dag files are imported. It may be killed at any time; what it did not report did not happen.

let hooks: ModuleHooks | undefined;
let cleanliness: Cleanliness | undefined;
let pendingFile: string | undefined;

let handling: Promise<void> = Promise.resolve();

const link = openParentLink((message) => {
  handling = handling.then(() => handle(asRequest(message)));
});
const say = (message: ImporterMessage): void => link.send(message);
const exit = process.exit.bind(process);

async function handle(request: ImporterRequest): Promise<void> {
  if (request.kind === "start") {
    await import(pathToFileURL(request.entry).href);
    hooks = installModuleHooks(request);
    await import(programUrl("./warm-up", import.meta.url).href);
    await new Promise((resolve) => setImmediate(resolve));
    cleanliness = watchCleanliness();
    say({ kind: "ready" });
    return;
  }
  pendingFile = request.file;
  // While a file is imported only its own work keeps the process alive: a promise that never settles ends it.
  link.hold(false);
  try {
    const module: unknown = await import(pathToFileURL(request.file).href);
    // Rejections that nobody handles are announced after the microtasks of this turn.
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    const broken = cleanliness?.findBrokenBuiltIn();
    if (broken !== undefined) {
      throw new Error(`The file changes the built-in ${broken}, on which everything else relies`);
    }
    const dags =
      typeof module === "object" && module !== null ? readDags(module, request.file) : [];
    finish({ dags, failure: null });
  } catch (error) {
    fail(error);
  } finally {
    link.hold(true);
  }
}

function fail(error: unknown): void {
  if (pendingFile === undefined) return;
  finish({ dags: [], failure: describeImportError(error, pendingFile) });
}

function finish(found: Pick<ImportReport, "dags" | "failure">): void {
  if (pendingFile === undefined) return;
  const dependencies = hooks?.filesOf(pendingFile) ?? [];
  pendingFile = undefined;
  say({
    kind: "imported",
    report: { ...found, dependencies },
    isClean: found.failure === null && cleanliness?.isUntouched() === true,
  });
}

process.on("uncaughtException", fail);
process.on("unhandledRejection", fail);
process.on("beforeExit", () => {
  fail(
    new Error(
      "The file waits for something that can never come: a top-level await does not settle",
    ),
  );
});
process.exit = (code) => {
  fail(
    new Error(
      `The file ends the process with process.exit(${String(code ?? "")}) while being imported`,
    ),
  );
  return exit(code);
};

// The parent is our own code; it sends nothing else.
function asRequest(message: unknown): ImporterRequest {
  return message as ImporterRequest;
}
