import { enableCompileCache } from "node:module";
import { availableParallelism } from "node:os";
import { isatty } from "node:tty";
import { Worker } from "node:worker_threads";
import { CAGE_VARIABLE } from "./cage/cage-variable.ts";
import type { EngineStart } from "./engine-thread.ts";
import { superviseEngine } from "./supervise-engine.ts";

// Statements of DuckDB occupy threads of this pool; its size is read when the first one starts.
process.env["UV_THREADPOOL_SIZE"] ??= String(Math.max(8, availableParallelism() + 4));

// Halves the time to start: the engine's own code is compiled once per machine, not once per run.
enableCompileCache();

// Read and removed before anything of the project runs: no template and no statement sees it.
const cage = process.env[CAGE_VARIABLE];
delete process.env[CAGE_VARIABLE];

const args = process.argv.slice(2);
const start: EngineStart = { args, cage, useColors: isatty(1) };
const memoryMb = cage === undefined ? undefined : Number(JSON.parse(cage).memoryMb);

// A thread has no compile cache before it asks for one, and asking in a file of ours is late: Node would first load what strips its types.
const program = new URL("./engine-thread.ts", import.meta.url);
const asks = `require("node:module").enableCompileCache(); import(${JSON.stringify(program.href)});`;

// The engine works in a thread of its own, so that this one always hears signals and the end of its parent.
const engine = new Worker(asks, {
  eval: true,
  workerData: start,
  // What was loaded into this thread to watch the parent must not watch a second time.
  execArgv: [],
  ...(memoryMb === undefined
    ? {}
    : { resourceLimits: { maxOldGenerationSizeMb: Math.floor(memoryMb / 2) } }),
});
superviseEngine(engine, { exitsWithParent: args.includes("--exit-with-parent"), memoryMb });
