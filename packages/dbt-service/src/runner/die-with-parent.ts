import type { Socket } from "node:net";

/**
 * Ends this process's whole group when the service is gone.
 *
 * The service holds the other end of standard input and never writes to it: its end is the end of the service.
 */
function dieWithParent(input: NodeJS.ReadStream | Socket): void {
  input.once("end", endGroup).once("error", endGroup);
  input.resume();
  // Watching must not keep a dbt alive that is done.
  if ("unref" in input) input.unref();
}

function endGroup(): void {
  if (process.platform === "win32") process.exit(137);
  process.kill(-process.pid, "SIGKILL");
}

dieWithParent(process.stdin);
