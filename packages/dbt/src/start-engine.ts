import { availableParallelism } from "node:os";
import { isatty } from "node:tty";
import { CAGE_VARIABLE } from "./cage/cage-variable.ts";
import type { EngineStart } from "./run-engine.ts";

/** What runs no statement has nothing to stop in good order: it may end where it is, so it needs nobody to watch over it. */
const WITHOUT_STATEMENTS: ReadonlySet<string | undefined> = new Set([
  "--help",
  "--version",
  "clean",
  "deps",
  "list",
  "ls",
  "parse",
]);

/** Runs dbt as this process, once in its life, and resolves to dbt's exit code. */
export async function startEngine(args: readonly string[]): Promise<number> {
  // Statements of DuckDB occupy threads of this pool; its size is read when the first one starts.
  process.env["UV_THREADPOOL_SIZE"] ??= String(Math.max(8, availableParallelism() + 4));
  // Read and removed before anything of the project runs: no template and no statement sees it.
  const cage = process.env[CAGE_VARIABLE];
  delete process.env[CAGE_VARIABLE];
  const start: EngineStart = { args, cage, useColors: isatty(1) };
  const exitsWithParent = process.connected || args.includes("--exit-with-parent");
  if (WITHOUT_STATEMENTS.has(args[0]) && cage === undefined && !exitsWithParent) {
    return (await import("./run-engine.ts")).runEngine(start);
  }
  return (await import("./supervise-engine.ts")).runSupervised(start, exitsWithParent);
}
