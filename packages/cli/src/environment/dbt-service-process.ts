import { fork } from "node:child_process";
import { mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { StepCage } from "@airloom/dbt-service";
import type { DatabaseAddress } from "@airloom/store";
import { CONFIG_FILE, type Project } from "../project/project.ts";
import type { Account } from "./accounts.ts";
import { openConsoleLogger } from "./console-logger.ts";
import type { Ports } from "./ports.ts";
import { homeOf, type Trust } from "./trust.ts";

const MAIN = fileURLToPath(new URL("./dbt-service-main.ts", import.meta.url));
const RESTART_AFTER_MS = 500;

/** What the job service's process is started with. */
export interface DbtServiceStart {
  readonly projectDir: string;
  readonly projectName: string;
  readonly dbtDir: string;
  readonly stateDir: string;
  readonly database: DatabaseAddress;
  readonly host: string;
  readonly port: number;
  /** Where people are signed in: the REST API of this environment. */
  readonly platformUrl: string;
  /** What it shows there when it signs somebody in who is elsewhere. */
  readonly peerKey: string;
  readonly allowedHosts: readonly string[];
  readonly trustedProxies: readonly string[];
  readonly webDir: string;
  readonly environment: Readonly<Record<string, string>>;
  /** As whom dbt runs; null for as the service itself. */
  readonly dbtAccount: Account | null;
  readonly tls: { readonly cert: string; readonly key: string } | null;
  /** What steps may touch and use. */
  readonly cage: StepCage;
}

export type DbtServiceMessage =
  | { readonly kind: "ready"; readonly url: string }
  | { readonly kind: "failed"; readonly message: string };

/** The job service in a process of its own, restarted when it dies. */
export interface DbtServiceProcess {
  readonly url: string;
  readonly pid: number;
  close(): Promise<void>;
}

/** Starts the job service and resolves once it listens. Its process loads while database and pages are being prepared. */
export async function openDbtServiceProcess(options: {
  readonly project: Project;
  readonly ports: Ports;
  readonly tls: DbtServiceStart["tls"];
  readonly peerKey: string;
  readonly allowedHosts: readonly string[];
  readonly database: Promise<DatabaseAddress>;
  readonly webDir: Promise<string>;
  readonly environment: Readonly<Record<string, string>>;
  readonly trust: Trust;
}): Promise<DbtServiceProcess> {
  const starting = startOf(options);
  const logger = openConsoleLogger("dbt-service");
  let isClosing = false;
  let restarting = Promise.resolve();
  let current = await startOnce(starting);
  const start = await starting;

  watch();

  function watch(): void {
    current.child.once("exit", (code, signal) => {
      if (isClosing) return;
      logger.log("error", "ended and is started again", { code, signal });
      restartAfter(RESTART_AFTER_MS);
    });
  }

  function restartAfter(delayMs: number): void {
    setTimeout(() => {
      restarting = restart();
    }, delayMs);
  }

  async function restart(): Promise<void> {
    if (isClosing) return;
    try {
      current = await startOnce({ ...start, port: Number(new URL(current.url).port) });
      watch();
    } catch (error) {
      logger.log("error", "could not start", { error: String(error) });
      restartAfter(RESTART_AFTER_MS * 4);
    }
  }

  return {
    get url() {
      return current.url;
    },
    get pid() {
      return current.child.pid ?? 0;
    },
    async close() {
      isClosing = true;
      // What is being started anew is ended too, or it would outlive this.
      await restarting;
      const { child } = current;
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await gone;
    },
  };
}

async function startOf(
  options: Parameters<typeof openDbtServiceProcess>[0],
): Promise<DbtServiceStart> {
  const { project, ports } = options;
  const stateDir = join(project.stateDir, "dbt-service");
  mkdirSync(stateDir, { recursive: true });
  return {
    projectDir: project.dir,
    projectName: project.config.name,
    dbtDir: join(project.dir, project.config.dbt ?? "dbt"),
    stateDir,
    database: await options.database,
    host: ports.host,
    port: ports.dbtService,
    platformUrl: `http://${reachableHostOf(ports.host)}:${ports.web}`,
    peerKey: options.peerKey,
    allowedHosts: options.allowedHosts,
    trustedProxies: project.config.trustedProxies,
    webDir: await options.webDir,
    environment: { ...dbtEnvironment(project, options.trust), ...options.environment },
    dbtAccount: options.trust.kind === "apart" ? options.trust.accounts.dbt : null,
    tls: options.tls,
    cage: cageOf(project),
  };
}

function cageOf({ dir, config, stateDir }: Project): StepCage {
  return {
    folders: config.dbtFolders.map((folder) =>
      folder.includes("://") ? folder : resolve(dir, folder),
    ),
    environmentDirs: [dir, ...config.writable.map((folder) => join(dir, folder))],
    privatePaths: [stateDir, join(dir, config.dags), join(dir, CONFIG_FILE)],
    extensions: config.dbtExtensions,
    limits: {
      cpuSeconds: config.dbtCpuSeconds,
      wallSeconds: config.dbtWallSeconds,
      memoryMb: config.dbtMemoryMb,
      outputMb: config.dbtOutputMb,
    },
  };
}

/** Where this machine itself reaches what listens there. */
function reachableHostOf(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}

/** A user of its own keeps its own: our home is closed to it, and what it compiles must never be run by us. */
function dbtEnvironment(project: Project, trust: Trust): Readonly<Record<string, string>> {
  // A dbt child that finds its compiled modules starts in half the time.
  const ours = process.env["NODE_COMPILE_CACHE"];
  if (trust.kind === "together") return ours === undefined ? {} : { NODE_COMPILE_CACHE: ours };
  const home = homeOf(project, "dbt");
  return { HOME: home, NODE_COMPILE_CACHE: join(dirname(home), "cache") };
}

async function startOnce(start: DbtServiceStart | Promise<DbtServiceStart>): Promise<{
  readonly child: ReturnType<typeof fork>;
  readonly url: string;
}> {
  const child = fork(MAIN, [], {
    execPath: process.execPath,
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const url = untilReady(child);
  try {
    child.send(await Promise.race([start, url.then(() => start)]));
    return { child, url: await url };
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  }
}

function untilReady(child: ReturnType<typeof fork>): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once("message", (message: DbtServiceMessage) => {
      if (message.kind === "ready") resolve(message.url);
      else reject(new Error(message.message));
    });
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      reject(
        new Error(
          `The dbt job service ended before it was ready (${signal ?? `exit code ${code}`})`,
        ),
      );
    });
  });
}
