import { createServer } from "node:net";
import { AirloomError } from "@airloom/core";

const TRIES = 100;

/** The first port from `start` on that nothing listens on. */
export async function findFreePort(start: number, host = "127.0.0.1"): Promise<number> {
  for (let port = start; port < Math.min(start + TRIES, 65_536); port += 1) {
    if (await isFree(port, host)) return port;
  }
  throw new AirloomError(
    "port.taken",
    `Cannot find a free port from ${start} to ${start + TRIES - 1} on ${host}: name another with --port`,
  );
}

function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, host, () => probe.close(() => resolve(true)));
  });
}
