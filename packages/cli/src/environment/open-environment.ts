import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { openServer } from "@airloom/server";
import { lockProject } from "@airloom/store";
import "@airloom/dbt-cloud";
import { CoalescedAudit, type Logger } from "@airloom/core";
import { getConnectionTypes } from "@airloom/sdk";
import { ownCommand } from "../output/own-command.ts";
import type { EnvironmentInfo } from "../project/environment-file.ts";
import type { Project } from "../project/project.ts";
import { readVersion } from "../version.ts";
import { beginOwnSession, openAccess } from "./access.ts";
import { type AdminSocket, openAdminSocket } from "./admin-socket.ts";
import { openConsoleLogger } from "./console-logger.ts";
import { findDatabasePort, openDatabase } from "./database.ts";
import { openDbtServiceProcess } from "./dbt-service-process.ts";
import { startHeartbeats } from "./heartbeats.ts";
import type { StartRequest } from "./messages.ts";
import { openPlatform, type Platform } from "./open-platform.ts";
import { openProcesses, type Processes } from "./open-processes.ts";
import { findOwnHosts } from "./own-hosts.ts";
import { type Owner, ownerOf, ownOpening } from "./owner.ts";
import { choosePorts, dbtServiceUrlOf } from "./ports.ts";
import { openServiceCa, openServiceTls, trustServiceTls } from "./service-tls.ts";
import { describeRestart, readSupervision } from "./supervise.ts";
import { describeTrust, openTrust } from "./trust.ts";
import { loadUserEnvironment } from "./user-environment.ts";
import { prepareWeb } from "./web-build.ts";

/** A whole environment in this process and its children. */
export interface Environment {
  readonly info: EnvironmentInfo;
  readonly notes: readonly string[];
  /** Ends what runs, children included; the database keeps everything for the next start. */
  close(): Promise<void>;
}

interface Opening {
  readonly onProgress: (step: string) => void;
  readonly stack: AsyncDisposableStack;
}

/**
 * Wires every port to its adapter and starts it; with `openPlatform` and `openProcesses` the only place that knows
 * concrete classes. What was opened is closed in reverse order, also when a later step fails.
 */
export async function openEnvironment(
  project: Project,
  request: StartRequest,
  { onProgress }: Pick<Opening, "onProgress">,
): Promise<Environment> {
  const stack = new AsyncDisposableStack();
  try {
    return await open(project, request, { onProgress, stack });
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

async function open(
  project: Project,
  request: StartRequest,
  { onProgress, stack }: Opening,
): Promise<Environment> {
  const own = ownerOf(stack);
  mkdirSync(join(project.stateDir, "logs"), { recursive: true });
  own(await lockProject(project.dir));
  const trust = openTrust(project);
  const ports = await choosePorts(project, request, findDatabasePort(project));
  const web = prepareWeb(onProgress);
  // Waited for further down: until then a failure of it must not end the process.
  web.catch(() => undefined);

  const allowedHosts = [...project.config.hosts, ...findOwnHosts(ports.host)];
  const peerKey = randomBytes(32).toString("base64url");
  const tls = await openServiceTls(project, request, ports.host);
  const userEnvironment = trustServiceTls(project, loadUserEnvironment(project), tls);
  if (trust.kind === "apart") openServiceCa(project, userEnvironment);
  onProgress("Starting PostgreSQL");
  const openingDatabase = openDatabase(project, ports.database);
  // What takes longest to start starts first and is waited for last.
  const openingService =
    project.config.dbt === null
      ? undefined
      : openDbtServiceProcess({
          project,
          ports,
          tls,
          peerKey,
          allowedHosts,
          database: openingDatabase.then(({ address }) => address),
          webDir: web,
          environment: userEnvironment,
          trust,
        });
  openingService?.catch(() => undefined);
  const database = own(await openingDatabase);
  if (openingService !== undefined) void ownOpening(own, openingService);

  onProgress("Starting scheduler, triggerer, job service and UI");
  const platform = await openPlatform(project, {
    address: database.address,
    userEnvironment,
    trust,
    own,
  });
  const openingProcesses = openProcesses(project, {
    platform,
    own,
    openingService,
  });
  openingProcesses.catch(() => undefined);
  const access = await openAccess(platform.store, { host: ports.host, stateDir: project.stateDir });
  const server = own(
    await openServer({
      ...platform,
      logger: openConsoleLogger("server"),
      host: ports.host,
      port: ports.web,
      peerKey,
      allowedHosts,
      trustedProxies: project.config.trustedProxies,
      isSecure: project.config.browsersUseHttps,
      webDir: await web,
      version: readVersion(),
      project: project.config.name,
      ...(access.password === null
        ? {}
        : { defaultCredentialsHint: `${access.username} / ${access.password}` }),
      command: ownCommand({ cwd: project.dir, env: process.env }),
      notices: [...describeTrust(trust), ...describeRestarts(project)],
      connectionTypes: getConnectionTypes(),
      ...(project.config.dbt === null ? {} : { dbtServiceUrl: dbtServiceUrlOf(ports, request) }),
    }),
  );
  const processes = await openingProcesses;
  const logger = openConsoleLogger("environment");
  const commands = own(await openCommands(project, { platform, own, logger }));
  own(
    startHeartbeats(platform.store, {
      clock: platform.clock,
      hasService: processes.service !== undefined,
      logger,
    }),
  );

  return {
    info: {
      pid: process.pid,
      startedAt: platform.clock.now().toISOString(),
      version: readVersion(),
      url: server.url,
      dbtServiceUrl: processes.service?.url ?? null,
      dbtServiceCaFile: tls?.caFile ?? null,
      databaseUrl: database.url,
      username: access.username,
      password: access.password,
      adminSocket: commands.path,
      components: componentsOf(processes, database.pid),
    },
    notes: [
      ...ports.notes,
      ...access.notes,
      ...describeTrust(trust),
      ...(processes.areDagsRead
        ? []
        : ["A Dag file takes long to read: its Dags appear when it is done"]),
    ],
    close: () => stack.disposeAsync(),
  };
}

/** Lets the project's own commands in, and writes down that it did. */
function openCommands(
  project: Project,
  { platform, own, logger }: { platform: Platform; own: Owner; logger: Logger },
): Promise<AdminSocket> {
  const { store, clock } = platform;
  const audit = own(new CoalescedAudit({ store, clock, logger }));
  return openAdminSocket(project, {
    logger,
    beginSession: async () => {
      const now = clock.now();
      const session = await beginOwnSession(store, now);
      const entry = { at: now, event: "cli_session", dagId: null, runId: null, taskId: null };
      await audit.saveAudit({ ...entry, actor: session.username, extra: { via: "cli" } });
      return session;
    },
  });
}

function describeRestarts(project: Project): readonly string[] {
  const restart = describeRestart(readSupervision(project));
  return restart === undefined ? [] : [restart];
}

function componentsOf(
  { loader, triggerer, service }: Processes,
  postgresPid: number | null,
): EnvironmentInfo["components"] {
  return [
    { name: "server, scheduler, executor", pid: process.pid },
    { name: "loader", pid: loader.pid },
    { name: "triggerer", pid: triggerer.pid },
    ...(service === undefined ? [] : [{ name: "dbt-service", pid: service.pid }]),
    ...(postgresPid === null ? [] : [{ name: "postgres", pid: postgresPid }]),
  ];
}
