import { createServer } from "node:net";
import { AirloomError } from "@airloom/core";
import { findFreePort } from "@airloom/server";
import type { Project } from "../project/project.ts";
import type { StartRequest } from "./messages.ts";

/** Where the parts of an environment listen. */
export interface Ports {
  readonly host: string;
  readonly web: number;
  readonly dbtService: number;
  readonly database: number;
  /** Ports that moved because the usual one was in use. */
  readonly notes: readonly string[];
}

/**
 * Settles on ports: one that was asked for by flag must be free (`port.taken` otherwise); a usual one that is in use gives
 * way to the next free one, and a note says so. A database that still runs stays where it is.
 *
 * Errors: `project.bad_config` for a host that is no address of this machine.
 */
export async function choosePorts(
  project: Project,
  request: StartRequest,
  /** Of a PostgreSQL of this project that outlived its main process. */
  runningDatabase: number | undefined,
): Promise<Ports> {
  const host = request.host ?? project.config.host;
  const notes: string[] = [];
  const taken = new Set<number>();
  await checkHost(host);

  async function choose(what: string, asked: number | null, usual: number): Promise<number> {
    const start = asked ?? usual;
    if (start === 0) return anyFreePort(host);
    let port = await findFreePort(start, host);
    while (taken.has(port)) port = await findFreePort(port + 1, host);
    if (asked !== null && port !== asked) {
      throw new AirloomError(
        "port.taken",
        `Cannot listen on port ${asked} for the ${what}: it is in use. Name a free one, such as ${port}, or 0 for any`,
      );
    }
    taken.add(port);
    if (port !== start) notes.push(`Port ${start} is in use: the ${what} is on ${port}`);
    return port;
  }

  return {
    host,
    web: await choose("UI", request.port, project.config.port),
    dbtService: await choose(
      "dbt job service",
      request.dbtServicePort,
      project.config.dbtServicePort,
    ),
    database: runningDatabase ?? (await choose("database", null, project.config.databasePort)),
    notes,
  };
}

/** Where the job service will answer, known before it does. */
export function dbtServiceUrlOf(ports: Ports, request: StartRequest): string {
  const isHttps = request.tls || request.tlsCert !== null;
  return `${isHttps ? "https" : "http"}://${ports.host}:${ports.dbtService}`;
}

/** Where nothing can listen at all, looking for a free port would end in the wrong words. */
async function checkHost(host: string): Promise<void> {
  try {
    await anyFreePort(host);
  } catch (error) {
    throw new AirloomError(
      "project.bad_config",
      `Cannot listen on "${host}": it is no address of this machine. Expected one such as 127.0.0.1, or 0.0.0.0 for all`,
      { cause: error },
    );
  }
}

// The parts of an environment tell each other their addresses before they listen, so "any" is settled here.
function anyFreePort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, host, () => {
      const address = probe.address();
      probe.close(() =>
        resolve(typeof address === "object" && address !== null ? address.port : 0),
      );
    });
  });
}
