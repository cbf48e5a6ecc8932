import { existsSync, realpathSync } from "node:fs";
import type { ConnectOptions } from "../connect-options.ts";
import type { EmbeddedPostgres, EmbeddedPostgresOptions } from "./embedded-postgres.ts";
import { EmbeddedServer } from "./embedded-server.ts";
import { initCluster } from "./init-cluster.ts";
import { resolvePlace } from "./place.ts";
import { openPlatformRole } from "./platform-role.ts";
import { findLivePostmaster, type Postmaster } from "./postmaster.ts";
import {
  connectionOf,
  findReadyPostmaster,
  type ServerPlan,
  startPostmaster,
  stopPostmaster,
} from "./postmaster-process.ts";
import { openSocketDir } from "./socket-dir.ts";
import { checkPortIsFree, openTcpPassword } from "./tcp-access.ts";

/**
 * Starts the PostgreSQL that npm brought, or takes over the one that already runs on this data directory: after a crash of
 * whoever started it, also while it is still recovering. One that is taken over keeps the TCP port it has.
 *
 * Errors: `port.taken` where a stranger listens on the port; `database.unavailable` with what the server said.
 */
export async function openEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  options.signal?.throwIfAborted();
  const place = await resolvePlace(options.dataDir);
  await initCluster(place);
  const wanted: ServerPlan = {
    place,
    socketDir: await openSocketDir(place),
    tcpPort: options.tcpPort,
    logFile: options.logFile,
  };
  const reused = await reuseServer(wanted, options.signal);
  const server = reused ?? (await startServer(wanted, options.signal));
  const connection = connectionOf(server);
  await openPlatformRole(connection, place.dataDir);

  const plan = server.listensOnTcp ? { ...wanted, tcpPort: server.port } : wanted;
  return new EmbeddedServer({
    plan,
    connection,
    pid: server.pid,
    isReused: reused !== undefined,
    url: await urlOf(plan, connection),
  });
}

/** The port on which the server of a data directory listens on 127.0.0.1, where one lives. */
export function findEmbeddedPort(dataDir: string): number | undefined {
  const found = findLivePostmaster(realDirOf(dataDir));
  if (found === undefined) return undefined;
  // While it starts it has not yet written whether it listens.
  return found.isReady && !found.listensOnTcp ? undefined : found.port;
}

/** Stops the server of a data directory, keeping every commit. Answers whether one lived. */
export async function stopEmbeddedPostgres(dataDir: string): Promise<boolean> {
  const realDir = realDirOf(dataDir);
  const found = findLivePostmaster(realDir);
  if (found === undefined) return false;
  await stopPostmaster(found.pid, realDir);
  return true;
}

/** As a server names it: behind links. */
function realDirOf(dataDir: string): string {
  return existsSync(dataDir) ? realpathSync(dataDir) : dataDir;
}

/** Takes over a live server; one that has no TCP port where one is asked for is stopped, to be started with it. */
async function reuseServer(
  plan: ServerPlan,
  signal: AbortSignal | undefined,
): Promise<Postmaster | undefined> {
  const { dataDir } = plan.place;
  const found = await findReadyPostmaster(dataDir, signal);
  if (found === undefined) return undefined;
  if (plan.tcpPort === undefined || found.listensOnTcp) return found;
  await stopPostmaster(found.pid, dataDir);
  return undefined;
}

async function startServer(plan: ServerPlan, signal: AbortSignal | undefined): Promise<Postmaster> {
  try {
    if (plan.tcpPort !== undefined) await checkPortIsFree(plan.tcpPort);
  } catch (error) {
    // It may have been our own server, which a process that is gone now had just begun to start.
    const own = await findReadyPostmaster(plan.place.dataDir, signal);
    if (own === undefined) throw error;
    return own;
  }
  return startPostmaster(plan, signal);
}

async function urlOf(plan: ServerPlan, connection: ConnectOptions): Promise<string> {
  const { host, port, user, database } = connection;
  if (plan.tcpPort === undefined) {
    return `postgresql://${user}@localhost/${database}?host=${encodeURIComponent(host)}&port=${port}`;
  }
  const password = await openTcpPassword(plan.place.dataDir, connection);
  return `postgresql://${user}:${password}@127.0.0.1:${port}/${database}`;
}
