import { spawn } from "node:child_process";
import { constants } from "node:os";
import "./die-with-parent.ts";

// Stands between the service and a dbt that is no Node program: leads its process group and ends it when the
// service is gone.
const [file = "", ...args] = process.argv.slice(2);

const child = spawn(file, args, { stdio: ["ignore", "inherit", "inherit"] });

for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
  // The whole group gets it; this process waits for dbt's own answer to it.
  process.on(signal, () => undefined);
}

child.on("error", (error) => {
  console.error(`Cannot start "${file}": ${error.message}`);
  process.exit(127);
});

child.on("exit", (code, signal) => {
  // SIGKILL cannot be caught: dying of it tells the service that dbt died of a signal.
  if (signal === "SIGKILL") process.kill(process.pid, "SIGKILL");
  process.exit(signal === null ? (code ?? 1) : 128 + constants.signals[signal]);
});
