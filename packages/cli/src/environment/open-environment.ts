import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { DagRun, LoadedFile, TaskInstance } from "@airloom/core";
import {
  openFileLogStore,
  openGroupCommit,
  openLoader,
  openLocalExecutor,
  openOperations,
  openScheduler,
  openStoreTaskApi,
  openTriggerer,
  testConnectionInProcess,
} from "@airloom/engine";
import { openServer } from "@airloom/server";
import { lockProject, openStore } from "@airloom/store";
import "@airloom/dbt-cloud";
import { getConnectionTypes } from "@airloom/sdk";
import type { EnvironmentInfo } from "../project/environment-file.ts";
import type { Project } from "../project/project.ts";
import { readVersion } from "../version.ts";
import { openAccess } from "./access.ts";
import { openConsoleLogger } from "./console-logger.ts";
import { openDatabase } from "./database.ts";
import { openDbtServiceProcess } from "./dbt-service-process.ts";
import { startHeartbeats } from "./heartbeats.ts";
import { openLiveEvents } from "./live-events.ts";
import type { StartRequest } from "./messages.ts";
import { choosePorts } from "./ports.ts";
import { loadSecretKeys } from "./secrets.ts";
import { systemClock } from "./system-clock.ts";
import { loadUserEnvironment } from "./user-environment.ts";
import { prepareWeb } from "./web-build.ts";

const DAG_ENTRY = fileURLToPath(new URL("../index.ts", import.meta.url));
const PROVIDER_MODULE = fileURLToPath(import.meta.resolve("@airloom/dbt-cloud"));
const CONNECTION_TEST_TIMEOUT_MS = 30_000;

/** A whole environment in this process and its children. */
export interface Environment {
  readonly info: EnvironmentInfo;
  readonly notes: readonly string[];
  /** Ends what runs, children included; the database keeps everything for the next start. */
  close(): Promise<void>;
}

/**
 * Wires every port to its adapter and starts it. This is the only place that knows concrete classes.
 *
 * What was opened is closed in reverse order, also when a later step fails.
 */
export async function openEnvironment(
  project: Project,
  request: StartRequest,
  { onProgress }: { readonly onProgress: (step: string) => void },
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
  {
    onProgress,
    stack,
  }: { readonly onProgress: (step: string) => void; readonly stack: AsyncDisposableStack },
): Promise<Environment> {
  mkdirSync(join(project.stateDir, "logs"), { recursive: true });
  const own = <T extends { close(): Promise<void> }>(resource: T): T => {
    stack.defer(() => resource.close());
    return resource;
  };

  own(await lockProject(project.stateDir));
  const ports = await choosePorts(project, request);
  const web = prepareWeb(onProgress);
  web.catch(() => undefined);
  onProgress("Starting PostgreSQL");
  const database = own(await openDatabase(project, ports.database));
  const clock = systemClock;
  const events = openLiveEvents();
  const userEnvironment = loadUserEnvironment(project);
  const store = own(
    await openStore({
      ...database.address,
      secretKeys: loadSecretKeys(project.stateDir, process.env),
      env: process.env,
      isPausedUponCreation: project.config.dagsArePausedAtCreation,
    }),
  );

  onProgress("Starting the scheduler");
  const access = await openAccess(store, ports.host);
  const logs = openFileLogStore({ root: join(project.stateDir, "logs", "tasks") });
  const modules = {
    entry: DAG_ENTRY,
    cacheDir: join(project.stateDir, "cache"),
    env: userEnvironment,
  };
  const commit = own(
    openGroupCommit({ store, clock, events, logger: openConsoleLogger("scheduler") }),
  );
  const taskApi = openStoreTaskApi({
    store,
    commit,
    clock,
    events,
    triggerRun: (triggerRequest) => operations.triggerRun(triggerRequest),
  });
  const executor = own(
    openLocalExecutor({
      modules,
      taskApi,
      logs,
      events,
      logger: openConsoleLogger("executor"),
      settings: { parallelism: project.config.parallelism },
    }),
  );
  const bundleDir = join(project.dir, project.config.dags);
  const hashes = new Map<string, string>();
  const scheduler = own(
    await openScheduler({
      store,
      executor,
      clock,
      events,
      commit,
      loadFileFor: async (run: DagRun, file: string) => ({
        file: join(bundleDir, file),
        fileHash: hashes.get(file) ?? run.dagHash,
      }),
      logger: openConsoleLogger("scheduler"),
      newId: randomUUID,
      settings: { parallelism: project.config.parallelism },
    }),
  );
  const operations = openOperations({
    store,
    clock,
    commit,
    events,
    scheduler,
    testConnection: (connection) =>
      testConnectionInProcess(modules, connection, CONNECTION_TEST_TIMEOUT_MS),
    newId: randomUUID,
  });

  onProgress("Reading Dag files, starting triggerer, job service and UI");
  const openingLoader = openLoader({
    bundleDir,
    modules,
    onLoaded: async (loaded: LoadedFile) => {
      hashes.set(loaded.file, loaded.contentHash);
      announce(await store.saveLoadedFile(loaded, clock.now()));
    },
    onRemoved: async (files) => announce(await store.removeFiles(files, clock.now())),
    logger: openConsoleLogger("loader"),
    importTimeoutMs: project.config.dagImportTimeout * 1000,
  });
  const openingTriggerer = openTriggerer({
    modules,
    store,
    commit,
    taskApi,
    logs,
    events,
    clock,
    logger: openConsoleLogger("triggerer"),
    triggerModules: [PROVIDER_MODULE],
    findFile: async (instance: TaskInstance) => {
      const dag = await store.findDag(instance.dagId);
      return dag === undefined ? undefined : join(bundleDir, dag.file);
    },
    resume: (id, tryNumber, resumption) => scheduler.resumeDeferred(id, tryNumber, resumption),
  });
  const openingService =
    project.config.dbt === null
      ? Promise.resolve(undefined)
      : web.then((webDir) =>
          openDbtServiceProcess({
            project,
            request,
            ports,
            database: database.address,
            webDir,
            environment: userEnvironment,
          }),
        );
  for (const opening of [openingLoader, openingTriggerer, openingService])
    opening.catch(() => undefined);
  const loader = own(await openingLoader);
  const triggerer = own(await openingTriggerer);
  const service = await openingService;
  if (service !== undefined) own(service);

  function announce(dagIds: readonly string[]): void {
    for (const dagId of dagIds) events.publish({ kind: "dag", dagId });
    events.publish({ kind: "import_errors" });
  }

  const server = own(
    await openServer({
      store,
      operations,
      logs,
      events,
      clock,
      logger: openConsoleLogger("server"),
      host: ports.host,
      port: ports.web,
      webDir: await web,
      version: readVersion(),
      project: project.config.name,
      ...(access.password === null
        ? {}
        : { defaultCredentialsHint: `${access.username} / ${access.password}` }),
      connectionTypes: getConnectionTypes(),
      ...(service === undefined ? {} : { dbtServiceUrl: service.url }),
    }),
  );
  own(
    startHeartbeats(store, {
      clock,
      hasService: service !== undefined,
      logger: openConsoleLogger("scheduler"),
    }),
  );

  const info: EnvironmentInfo = {
    pid: process.pid,
    startedAt: clock.now().toISOString(),
    version: readVersion(),
    url: server.url,
    dbtServiceUrl: service?.url ?? null,
    databaseUrl: database.url,
    username: access.username,
    password: access.password,
    token: access.token,
    components: [
      { name: "server, scheduler, executor", pid: process.pid },
      ...pidOf("loader", loader),
      ...pidOf("triggerer", triggerer),
      ...(service === undefined ? [] : [{ name: "dbt-service", pid: service.pid }]),
      ...(database.pid === null ? [] : [{ name: "postgres", pid: database.pid }]),
    ],
  };
  return {
    info,
    notes: [...ports.notes, ...access.notes],
    close: () => stack.disposeAsync(),
  };
}

function pidOf(
  name: string,
  component: object,
): readonly { readonly name: string; readonly pid: number }[] {
  return "pid" in component && typeof component.pid === "number"
    ? [{ name, pid: component.pid }]
    : [];
}
