import type { ModuleSettings } from "../runner/module-settings.ts";
import { type Child, type ChildExit, openChild } from "../runner/open-child.ts";
import { programUrl } from "../runner/program-url.ts";
import type { Reaper } from "../runner/reaper.ts";
import type { MemoryWatch } from "../runner/watch-memory.ts";
import type { ImporterMessage, ImporterRequest, ImportReport } from "./import-report.ts";

/** What every importing process is started with. */
export interface ImporterSettings {
  readonly modules: ModuleSettings;
  readonly reaper: Reaper;
  readonly memory: MemoryWatch;
  readonly heapLimitMb: number;
  readonly timeoutMs: number;
}

/** How an import ended. */
export interface Imported {
  readonly report: ImportReport;
  /** Whether this process may import another file. */
  readonly isReusable: boolean;
}

/** A process that imports files, one at a time. */
export interface Importer {
  /** In the environment of every process that stems from it. */
  readonly tag: string;
  /** Never rejects: whatever happens to the process is a failure of the file. */
  import(file: string): Promise<Imported>;
  close(): void;
}

// Beside the heap a process holds code, buffers and what native modules take.
const BESIDE_HEAP_MB = 384;

/** Starts an importing process; it warms up while nothing is asked of it. */
export function openImporter(settings: ImporterSettings): Importer {
  const current: { finish: ((imported: Imported) => void) | undefined } = { finish: undefined };
  const ready = Promise.withResolvers<void>();
  const child = openChild({
    program: programUrl("./import-main", import.meta.url),
    modules: settings.modules,
    reaper: settings.reaper,
    heapLimitMb: settings.heapLimitMb,
    output: "ignore",
    onMessage: (message) => {
      const said = parseMessage(message);
      if (said === undefined) child.signal("SIGKILL");
      else if (said.kind === "ready") ready.resolve();
      else current.finish?.({ report: said.report, isReusable: said.isClean });
    },
  });
  const { entry, cacheDir } = settings.modules;
  send(child, { kind: "start", entry, cacheDir });
  return {
    tag: child.tag,
    async import(file) {
      await Promise.race([ready.promise, child.exited]);
      return importWith(child, { file, settings, current });
    },
    close: () => child.signal("SIGKILL"),
  };
}

function importWith(
  child: Child,
  given: {
    readonly file: string;
    readonly settings: ImporterSettings;
    readonly current: { finish: ((imported: Imported) => void) | undefined };
  },
): Promise<Imported> {
  const { file, settings, current } = given;
  return new Promise((resolve) => {
    const finish = (imported: Imported): void => {
      clearTimeout(timer);
      endWatch();
      current.finish = undefined;
      if (!imported.isReusable) child.signal("SIGKILL");
      resolve(imported);
    };
    const giveUp = (message: string): void => {
      if (current.finish === finish) finish(failedImport(file, message));
    };
    const seconds = settings.timeoutMs / 1_000;
    const timer = setTimeout(
      giveUp,
      settings.timeoutMs,
      `Importing the file took longer than ${seconds} s: move slow work into a task`,
    );
    const limitMb = settings.heapLimitMb + BESIDE_HEAP_MB;
    const endWatch = settings.memory.watch(child.pid, limitMb, () =>
      giveUp(tooMuchMemory(limitMb)),
    );
    current.finish = finish;
    void child.exited.then((exit) => giveUp(describeExit(exit, settings)));
    send(child, { kind: "import", file });
  });
}

function send(child: Child, request: ImporterRequest): void {
  child.send(request);
}

function failedImport(file: string, message: string): Imported {
  const failure = { message, file, line: null, column: null, stack: null };
  return { isReusable: false, report: { dags: [], dependencies: [file], failure } };
}

function tooMuchMemory(limitMb: number): string {
  return `Importing the file took more memory than the limit of ${limitMb} MB: move the work into a task`;
}

function describeExit(exit: ChildExit, { heapLimitMb }: ImporterSettings): string {
  if (exit.signal === "SIGABRT" || exit.code === 134) return tooMuchMemory(heapLimitMb);
  if (exit.signal !== null) {
    return `The process that imported the file was killed by ${exit.signal} before it was done`;
  }
  return `The process that imported the file ended with exit code ${exit.code ?? "unknown"} before it was done`;
}

/**
 * Only our own program knows the nonce in front of its messages, but what it is built on belongs to the imported file
 * too: a message that is not whole means that the file broke it.
 */
function parseMessage(message: unknown): ImporterMessage | undefined {
  if (typeof message !== "object" || message === null || !("kind" in message)) return undefined;
  if (message.kind === "ready") return { kind: "ready" };
  const isWhole =
    "report" in message &&
    typeof message.report === "object" &&
    message.report !== null &&
    "dags" in message.report &&
    Array.isArray(message.report.dags) &&
    "dependencies" in message.report &&
    Array.isArray(message.report.dependencies);
  return isWhole ? (message as ImporterMessage) : undefined;
}
