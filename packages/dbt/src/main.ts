import { enableCompileCache } from "node:module";
import { availableParallelism } from "node:os";

// Statements of DuckDB occupy threads of this pool; its size is read when the first one starts.
process.env["UV_THREADPOOL_SIZE"] ??= String(Math.max(8, availableParallelism() + 4));

// Halves the time to start: the engine's own code is compiled once per machine, not once per run.
enableCompileCache();

/** Ends without waiting: an orderly exit would first join the thread that runs a statement. */
function exitNow(): void {
  process.kill(process.pid, "SIGKILL");
}

function exitWithParent(): void {
  process.once("disconnect", exitNow);
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid !== parent) exitNow();
  }, 500);
  timer.unref();
}

async function main(): Promise<void> {
  const controller = new AbortController();
  let isStopping = false;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (isStopping) exitNow();
      isStopping = true;
      controller.abort();
    });
  }
  const args = process.argv.slice(2);
  if (process.connected || args.includes("--exit-with-parent")) exitWithParent();
  const { runDbt } = await import("./run-dbt.ts");
  const { exitCode } = await runDbt(args, {
    cwd: process.cwd(),
    env: process.env,
    signal: controller.signal,
    useColors: process.stdout.isTTY === true,
    write: (text) => process.stdout.write(text),
  });
  process.exitCode = exitCode;
  process.removeListener("disconnect", exitNow);
  if (process.connected) process.disconnect();
}

await main();
