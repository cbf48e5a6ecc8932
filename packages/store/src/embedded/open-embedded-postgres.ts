import type { ConnectOptions } from "../connect-options.ts";
import { answers, createDatabase } from "./answer.ts";
import type { EmbeddedPostgres, EmbeddedPostgresOptions } from "./embedded-postgres.ts";
import { EmbeddedServer } from "./embedded-server.ts";
import { initCluster } from "./init-cluster.ts";
import { resolvePlace } from "./place.ts";
import { findPostmaster, isServerAlive } from "./postmaster.ts";
import {
  type ServerPlan,
  SOCKET_PORT,
  startPostmaster,
  stopPostmaster,
} from "./postmaster-process.ts";
import { openSocketDir } from "./socket-dir.ts";
import { checkPortIsFree, openTcpPassword } from "./tcp-access.ts";

/** Starts the PostgreSQL that npm brought, or takes over the one that already runs on this data directory. */
export async function openEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  options.signal?.throwIfAborted();
  const place = await resolvePlace(options.dataDir);
  await initCluster(place.dataDir, place.binaries, place.runAs);
  const plan: ServerPlan = {
    place,
    socketDir: await openSocketDir(place),
    tcpPort: options.tcpPort,
    logFile: options.logFile,
  };
  const reused = await reuseServer(plan);
  const connection = reused?.connection ?? connectionOf(plan.socketDir, plan.tcpPort);
  const pid = reused?.pid ?? (await startServer(plan, connection, options.signal));
  await createDatabase(connection);

  return new EmbeddedServer({
    plan,
    connection,
    pid,
    isReused: reused !== undefined,
    url: await urlOf(plan, connection),
  });
}

interface RunningServer {
  readonly pid: number;
  readonly connection: ConnectOptions;
}

/** Takes over a live server; one that lacks the TCP port asked for is stopped, to be started with it. */
async function reuseServer(plan: ServerPlan): Promise<RunningServer | undefined> {
  const { dataDir } = plan.place;
  const found = findPostmaster(dataDir);
  if (found === undefined || !isServerAlive(found.pid, dataDir)) return undefined;
  const lacksPort =
    plan.tcpPort !== undefined && (!found.listensOnTcp || found.port !== plan.tcpPort);
  if (lacksPort) {
    await stopPostmaster(found.pid, dataDir);
    return undefined;
  }
  const connection = connectionOf(found.socketDir, found.port);
  if (found.isReady && (await answers({ ...connection, database: "postgres" }))) {
    return { pid: found.pid, connection };
  }
  return undefined;
}

async function startServer(
  plan: ServerPlan,
  connection: ConnectOptions,
  signal: AbortSignal | undefined,
): Promise<number> {
  if (plan.tcpPort !== undefined) await checkPortIsFree(plan.tcpPort);
  return startPostmaster(plan, { ...connection, database: "postgres" }, signal);
}

function connectionOf(socketDir: string, port: number | undefined): ConnectOptions {
  return { host: socketDir, port: port ?? SOCKET_PORT, user: "airloom", database: "airloom" };
}

async function urlOf(plan: ServerPlan, connection: ConnectOptions): Promise<string> {
  const { host, port, user, database } = connection;
  if (plan.tcpPort === undefined) {
    return `postgresql://${user}@localhost/${database}?host=${encodeURIComponent(host)}&port=${port}`;
  }
  const password = await openTcpPassword(plan.place.dataDir, connection);
  return `postgresql://${user}:${password}@127.0.0.1:${port}/${database}`;
}
