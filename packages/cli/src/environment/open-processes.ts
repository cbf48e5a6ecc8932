import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { LoadedFile, Store, TaskInstance } from "@airloom/core";
import {
  checkTypes,
  type Loader,
  listDagFiles,
  openLoader,
  openTriggerer,
  type Triggerer,
} from "@airloom/engine";
import type { Project } from "../project/project.ts";
import { openConsoleLogger } from "./console-logger.ts";
import type { DbtServiceProcess } from "./dbt-service-process.ts";
import type { Platform } from "./open-platform.ts";
import { type Owner, ownOpening } from "./owner.ts";
import { openNewFiles } from "./trust.ts";
import { openTypeWatch } from "./watch-types.ts";

const PROVIDER_MODULE = fileURLToPath(import.meta.resolve("@airloom/dbt-cloud"));
const DAGS_WITHIN_MS = 10_000;

/** The children of the main process that live as long as it does. */
export interface Processes {
  readonly loader: Loader;
  readonly triggerer: Triggerer;
  readonly service: DbtServiceProcess | undefined;
  /** False while a Dag file that was never read before takes longer than a start waits. */
  readonly areDagsRead: boolean;
}

/** Starts dag processor and triggerer beside the job service; resolves when all are up and new Dag files are read. */
export async function openProcesses(
  project: Project,
  {
    platform,
    openingService,
    own,
  }: {
    readonly platform: Platform;
    readonly openingService: Promise<DbtServiceProcess> | undefined;
    readonly own: Owner;
  },
): Promise<Processes> {
  const loader = own(openDagProcessor(project, { platform, own }));
  const reading = untilDagsAreKnown(loader, platform);
  const [triggerer, service, areDagsRead] = await Promise.all([
    ownOpening(own, openWaits(platform)),
    openingService,
    reading,
  ]);
  return { loader, triggerer, service, areDagsRead };
}

/**
 * Whoever started an environment wants its Dags next. Those of files that were read before are there already, and a file
 * that hangs must not keep anybody waiting.
 */
async function untilDagsAreKnown(
  loader: Loader,
  { store, clock, bundleDir }: Platform,
): Promise<boolean> {
  const known = new Set(await loadKnownFiles(store));
  if ((await listDagFiles(bundleDir)).every((file) => known.has(file))) return true;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const giveUp = clock.schedule(new Date(clock.now().getTime() + DAGS_WITHIN_MS), () =>
    resolve(false),
  );
  void loader.refresh().then(() => resolve(true));
  const areRead = await promise;
  giveUp();
  return areRead;
}

function openDagProcessor(
  project: Project,
  { platform, own }: { readonly platform: Platform; readonly own: Owner },
): Loader {
  const { store, clock, events } = platform;
  const logger = openConsoleLogger("loader");
  const announce = (dagIds: readonly string[]): void => {
    for (const dagId of dagIds) events.publish({ kind: "dag", dagId });
    events.publish({ kind: "import_errors" });
  };
  const types = own(
    openTypeWatch({
      projectDir: project.dir,
      bundleDir: platform.bundleDir,
      check: (files) => checkTypes(platform.modules, { projectDir: project.dir, files }),
      onChecked: async (errors) => announce(await store.saveTypeErrors(errors, clock.now())),
      clock,
      logger: openConsoleLogger("loader"),
    }),
  );
  return openLoader({
    bundleDir: platform.bundleDir,
    modules: platform.modules,
    onLoaded: async (loaded: LoadedFile, dependencies) => {
      platform.fileHashes.set(loaded.file, loaded.contentHash);
      announce(await store.saveLoadedFile(loaded, clock.now()));
      types.noteLoaded(loaded.file, dependencies);
    },
    onRemoved: async (files) => {
      announce(await store.removeFiles(files, clock.now()));
      types.noteRemoved(files);
    },
    onScanned: async (files) => {
      const gone = await findGoneFiles(store, files);
      if (gone.length > 0) announce(await store.removeFiles(gone, clock.now()));
    },
    onClosed: (paths) => {
      const { account } = platform.modules;
      const isOpened = account !== undefined && openNewFiles(project, account.gid);
      if (!isOpened) logger.log("warning", "tasks cannot read this", { paths: paths.join(", ") });
      return isOpened;
    },
    clock,
    logger,
    importTimeoutMs: project.config.dagImportTimeout * 1000,
  });
}

/** Files that the store knows and the bundle has no more: deleted while nobody watched. */
async function findGoneFiles(
  store: Store,
  existing: readonly string[],
): Promise<readonly string[]> {
  return (await loadKnownFiles(store)).filter((file) => !existing.includes(file));
}

/** Every file of which the store knows a Dag or an error. */
async function loadKnownFiles(store: Store): Promise<readonly string[]> {
  const all = { limit: 1_000, offset: 0 };
  const [dags, errors] = await Promise.all([
    store.listDags({ active: true }, all),
    store.listImportErrors(all),
  ]);
  return [...new Set([...dags.items, ...errors.items].map(({ file }) => file))];
}

function openWaits(platform: Platform): Promise<Triggerer> {
  const { store, commit, taskApi, logs, masks, events, clock, modules, bundleDir, scheduler } =
    platform;
  return openTriggerer({
    modules,
    store,
    commit,
    taskApi,
    logs,
    masks,
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
}
