import { existsSync } from "node:fs";
import { watch } from "chokidar";
import { openParentLink } from "../runner/parent-link.ts";
import { openReaper } from "../runner/reaper.ts";
import { MemoryWatch } from "../runner/watch-memory.ts";
import { openImportPool } from "./import-pool.ts";
import { Processor } from "./processor.ts";
import type { ProcessorMessage, ProcessorRequest } from "./processor-protocol.ts";

// The dag processor. It imports nothing of the user itself: that happens in its children.

/** Editors write a file in several steps; one look after the last of them is enough. */
const SETTLE_MS = 25;

let processor: Processor | undefined;
let watchMore = (): void => undefined;

const link = openParentLink((message) => {
  void handle(asRequest(message));
});
const say = (message: ProcessorMessage): void => link.send(message);

async function handle(request: ProcessorRequest): Promise<void> {
  if (request.kind === "start") {
    start(request);
    return;
  }
  await scan();
  say({ kind: "refreshed", id: request.id });
}

async function scan(): Promise<void> {
  await processor?.scan();
  watchMore();
}

function start(request: Extract<ProcessorRequest, { readonly kind: "start" }>): void {
  const { bundleDir, modules, heapLimitMb } = request;
  const pool = openImportPool({
    modules,
    heapLimitMb,
    timeoutMs: request.importTimeoutMs,
    reaper: openReaper(),
    memory: new MemoryWatch(),
  });
  processor = new Processor(bundleDir, { pool, report: say });
  const watcher = watch(bundleDir, {
    ignoreInitial: true,
    ignored: (path) => /(?:^|[/\\])(?:node_modules|\.git)$/u.test(path),
  });
  let timer: NodeJS.Timeout | undefined;
  watcher.on("all", () => {
    clearTimeout(timer);
    timer = setTimeout(() => void scan(), SETTLE_MS);
  });
  watcher.on("error", () => undefined);
  const wereClosed = new Set<string>();
  watchMore = () => {
    const now = processor?.closedPaths ?? [];
    const opened = [...wereClosed].filter((path) => !now.includes(path));
    for (const path of opened) wereClosed.delete(path);
    for (const path of now) wereClosed.add(path);
    // What could not be read could not be watched either.
    watcher.unwatch(opened);
    const outside = (processor?.outsideFiles ?? []).filter((file) => existsSync(file));
    watcher.add([...opened, ...outside]);
  };
  setInterval(() => void scan(), request.rescanMs).unref();
}

// The parent is our own code; it sends nothing else.
function asRequest(message: unknown): ProcessorRequest {
  return message as ProcessorRequest;
}
