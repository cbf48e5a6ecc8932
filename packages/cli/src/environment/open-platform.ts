import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type {
  Clock,
  DagRun,
  LiveEvents,
  LogStore,
  Operations,
  Store,
  TaskApi,
} from "@airloom/core";
import {
  AttemptMasks,
  type GroupCommit,
  type ModuleSettings,
  openFileLogStore,
  openGroupCommit,
  openLocalExecutor,
  openOperations,
  openScheduler,
  openStoreTaskApi,
  type Scheduler,
  testConnectionInProcess,
} from "@airloom/engine";
import { type DatabaseAddress, openStore } from "@airloom/store";
import type { Project } from "../project/project.ts";
import { openConsoleLogger } from "./console-logger.ts";
import { openLiveEvents } from "./live-events.ts";
import type { Owner } from "./owner.ts";
import { loadSecretKeys } from "./secrets.ts";
import { systemClock } from "./system-clock.ts";
import { cacheOf, homeOf, type Trust } from "./trust.ts";

const DAG_ENTRY = fileURLToPath(new URL("../index.ts", import.meta.url));
const CONNECTION_TEST_TIMEOUT_MS = 30_000;

/** What keeps and moves runs, all in the main process. */
export interface Platform {
  readonly store: Store;
  readonly clock: Clock;
  readonly events: LiveEvents;
  readonly logs: LogStore;
  /** What attempts must not show, in task processes and in the triggerer. */
  readonly masks: AttemptMasks;
  readonly commit: GroupCommit;
  readonly scheduler: Scheduler;
  readonly operations: Operations;
  readonly taskApi: TaskApi;
  readonly modules: ModuleSettings;
  /** Absolute path of the folder of Dag files. */
  readonly bundleDir: string;
  /** Content hash of each Dag file as it was read last: routes tasks to processes that have imported it. */
  readonly fileHashes: Map<string, string>;
}

/** How Dag files of a project are imported, in every process. */
export function moduleSettingsOf(
  project: Project,
  env: Readonly<Record<string, string>>,
  trust: Trust,
): ModuleSettings {
  const modules = { entry: DAG_ENTRY, cacheDir: cacheOf(project, trust) };
  if (trust.kind === "together") return { ...modules, env };
  const home = homeOf(project, "tasks");
  return { ...modules, env: { HOME: home, ...env }, account: trust.accounts.tasks };
}

/** Opens store, scheduler, executor and operations over a database. */
export async function openPlatform(
  project: Project,
  {
    address,
    userEnvironment,
    trust,
    own,
  }: {
    readonly address: DatabaseAddress;
    readonly userEnvironment: Readonly<Record<string, string>>;
    readonly trust: Trust;
    readonly own: Owner;
  },
): Promise<Platform> {
  const clock = systemClock;
  const logger = openConsoleLogger("scheduler");
  const events = openLiveEvents(logger);
  const modules = moduleSettingsOf(project, userEnvironment, trust);
  const bundleDir = join(project.dir, project.config.dags);
  const fileHashes = new Map<string, string>();
  const { parallelism, taskMemory } = project.config;
  const settings = { parallelism, memoryLimitMb: taskMemory === 0 ? null : taskMemory };

  const store = own(
    await openStore({
      ...address,
      secretKeys: loadSecretKeys(project.stateDir, process.env),
      env: process.env,
      isPausedUponCreation: project.config.dagsArePausedAtCreation,
    }),
  );
  const logs = openFileLogStore({ root: join(project.stateDir, "logs", "tasks") });
  const masks = new AttemptMasks();
  const commit = own(openGroupCommit({ store, clock, events, logger }));
  // Tasks may start runs, runs need the scheduler, and the scheduler needs the executor of tasks: the circle closes late.
  const taskApi = openStoreTaskApi({
    store,
    commit,
    clock,
    events,
    triggerRun: (request) => operations.triggerRun(request),
  });
  const executor = own(
    openLocalExecutor({
      modules,
      taskApi,
      logs,
      masks,
      events,
      logger: openConsoleLogger("executor"),
      settings,
    }),
  );
  const scheduler = own(
    await openScheduler({
      store,
      executor,
      clock,
      events,
      commit,
      loadFileFor: async (run: DagRun, file: string) => ({
        file: join(bundleDir, file),
        fileHash: fileHashes.get(file) ?? run.dagHash,
      }),
      logger,
      newId: randomUUID,
      settings,
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
  return {
    store,
    clock,
    events,
    logs,
    masks,
    commit,
    scheduler,
    operations,
    taskApi,
    modules,
    bundleDir,
    fileHashes,
  };
}
