import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AirloomError } from "@airloom/core";
import type { ConnectOptions } from "../connect-options.ts";
import { answers } from "./answer.ts";
import type { Place } from "./place.ts";
import {
  findLivePostmaster,
  isProcessAlive,
  isServerAlive,
  type Postmaster,
  removeLeftovers,
} from "./postmaster.ts";
import { commandAs } from "./run-as.ts";
import { serverSettings } from "./settings.ts";

/** All it takes to start a server the same way again. */
export interface ServerPlan {
  readonly place: Place;
  readonly socketDir: string;
  readonly tcpPort: number | undefined;
  readonly logFile: string;
}

/** As which port a server without TCP names its socket. */
const SOCKET_PORT = 5432;

const POLL_MS = 15;
/** Recovery after a crash of a large database takes its time. */
const START_TIMEOUT_MS = 120_000;
/** How long a start is repeated while processes of a killed server still hold its memory. */
const LEFTOVER_TIMEOUT_MS = 20_000;
const STOP_TIMEOUT_MS = 30_000;

/** Our way in to a server that is ready. */
export function connectionOf({ socketDir, port }: Postmaster): ConnectOptions {
  return { host: socketDir, port, user: "airloom", database: "airloom" };
}

/**
 * The live server of a data directory once it takes queries, recovery included; `undefined` where none lives, or where
 * it ended or took no query in time.
 */
export function findReadyPostmaster(
  dataDir: string,
  signal?: AbortSignal,
): Promise<Postmaster | undefined> {
  const isGone = (): boolean => findLivePostmaster(dataDir) === undefined;
  return waitUntilReady(dataDir, { isGone, signal });
}

/**
 * Starts a server that outlives this process; resolves once it takes queries. Where another process starts one at the
 * same time, with that one.
 */
export async function startPostmaster(plan: ServerPlan, signal?: AbortSignal): Promise<Postmaster> {
  const deadline = Date.now() + LEFTOVER_TIMEOUT_MS;
  for (;;) {
    signal?.throwIfAborted();
    const logStart = readLog(plan.logFile).length;
    removeLeftovers(plan.place.dataDir, join(plan.socketDir, `.s.PGSQL.${portOf(plan)}`));
    const ready = await spawnUntilReady(plan, signal);
    if (ready !== undefined) return ready;

    const log = readLog(plan.logFile).slice(logStart);
    const isHeld = /shared memory block .* is still in use|lock file .* already exists/u.test(log);
    if (!isHeld || Date.now() > deadline) throw startError(plan, log);
    const other = await findReadyPostmaster(plan.place.dataDir, signal);
    if (other !== undefined) return other;
    await sleep(100, undefined, { signal });
  }
}

/** Fast shutdown: ends sessions, keeps every commit, and resolves when the process is gone. */
export async function stopPostmaster(pid: number, dataDir: string): Promise<void> {
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  if (!isServerAlive(pid, dataDir)) return;
  process.kill(pid, "SIGINT");
  while (isServerAlive(pid, dataDir)) {
    if (Date.now() > deadline) {
      // Immediate shutdown: the next start recovers from the log, nothing committed is lost.
      process.kill(pid, "SIGQUIT");
      return;
    }
    await sleep(POLL_MS);
  }
}

function portOf(plan: ServerPlan): number {
  return plan.tcpPort ?? SOCKET_PORT;
}

async function spawnUntilReady(
  plan: ServerPlan,
  signal: AbortSignal | undefined,
): Promise<Postmaster | undefined> {
  const { pid, exited } = spawnPostmaster(plan);
  let isGone = false;
  void exited.then(() => {
    isGone = true;
  });
  try {
    return await waitUntilReady(plan.place.dataDir, { isGone: () => isGone, signal });
  } catch (error) {
    // Told to give up: the process just started must not stay behind.
    if (isProcessAlive(pid)) process.kill(pid, "SIGINT");
    await exited;
    throw error;
  }
}

function spawnPostmaster(plan: ServerPlan): {
  readonly pid: number;
  readonly exited: Promise<void>;
} {
  const { place } = plan;
  const { file, args, ...user } = commandAs(place.runAs, place.binaries.postgres, [
    "-D",
    place.dataDir,
    "-k",
    plan.socketDir,
    "-p",
    String(portOf(plan)),
    `--listen_addresses=${plan.tcpPort === undefined ? "" : "127.0.0.1"}`,
    ...Object.entries(serverSettings()).map(([name, value]) => `--${name}=${value}`),
  ]);
  mkdirSync(dirname(plan.logFile), { recursive: true });
  const log = openSync(plan.logFile, "a", 0o600);
  try {
    const child = spawn(file, [...args], {
      ...user,
      cwd: "/",
      detached: true,
      env: { PATH: process.env["PATH"], LC_ALL: "C" },
      stdio: ["ignore", log, log],
    });
    child.unref();
    const exited = new Promise<void>((resolve) => {
      child.once("exit", () => {
        resolve();
      });
      child.once("error", () => {
        resolve();
      });
    });
    return { pid: child.pid ?? 0, exited };
  } finally {
    closeSync(log);
  }
}

async function waitUntilReady(
  dataDir: string,
  options: { readonly isGone: () => boolean; readonly signal: AbortSignal | undefined },
): Promise<Postmaster | undefined> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const found = findLivePostmaster(dataDir);
    if (found !== undefined && (await takesQueries(found))) return found;
    if (options.isGone()) return undefined;
    await sleep(POLL_MS, undefined, { signal: options.signal });
  }
  return undefined;
}

async function takesQueries(postmaster: Postmaster): Promise<boolean> {
  return (
    postmaster.isReady && (await answers({ ...connectionOf(postmaster), database: "postgres" }))
  );
}

function startError(plan: ServerPlan, log: string): AirloomError {
  const reason = /(?:FATAL|PANIC): {2}(?<text>.+)/u.exec(log)?.groups?.["text"];
  const lines = log.trim().split("\n").slice(-3).join(" / ");
  return new AirloomError(
    "database.unavailable",
    `Cannot start the embedded PostgreSQL in "${plan.place.dataDir}": ${reason ?? lines} (log: "${plan.logFile}")`,
  );
}

function readLog(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
