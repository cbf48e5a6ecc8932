import { randomUUID } from "node:crypto";
import { chmod, mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { openServer } from "./http/open-server.ts";
import { addRoute } from "./http/route.ts";
import { listRoutes } from "./http/routes/list-routes.ts";
import type { ApiPorts } from "./http/routes/ports.ts";
import { addSignIn } from "./http/sign-in.ts";
import { addWeb } from "./http/web.ts";
import { makeOnce } from "./make-once.ts";
import { loadMigrations, SCHEMA } from "./migrations.ts";
import type { DbtService, DbtServiceOptions, ServiceLogger } from "./options.ts";
import { RunCommands } from "./run-commands.ts";
import { Dispatcher } from "./runner/dispatcher.ts";
import { JobStarter } from "./runner/job-starter.ts";
import { NodeReader } from "./runner/node-reader.ts";
import { openStepCage } from "./runner/step-cage.ts";
import { sealStoredSecrets } from "./seal-stored-secrets.ts";
import { openSecretBox } from "./secret-box.ts";
import { seedService } from "./seed-service.ts";
import { ArtifactStore } from "./store/artifact-store.ts";
import { JobLock } from "./store/job-lock.ts";
import { JobStartStore } from "./store/job-start-store.ts";
import { NodeStore } from "./store/node-store.ts";
import { ResourceStore } from "./store/resource-store.ts";
import { RunQueue } from "./store/run-queue.ts";
import { RunStore } from "./store/run-store.ts";
import { StepStore } from "./store/step-store.ts";
import { TokenStore } from "./store/token-store.ts";

const LEASE_S = 30;
const KILL_AFTER_MS = 10_000;

const QUIET: ServiceLogger = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** Starts the job service: migrates its schema, goes on with unfinished runs and listens. */
export async function openDbtService(options: DbtServiceOptions): Promise<DbtService> {
  const logger = options.logger ?? QUIET;
  await makeDataDir(options);
  const cage = openStepCage(options.cage ?? {}, options.dataDir);
  await options.database.migrate(SCHEMA, await loadMigrations());
  const stores = openStores(options);
  const queue = new RunQueue(options.database, {
    owner: await loadInstanceId(options.dataDir),
    leaseS: LEASE_S,
  });
  const nodeReader = new NodeReader();
  const secrets = await openSecretBox(options.dataDir);
  await sealStoredSecrets(stores.resources, secrets);
  const dispatcher: Dispatcher = new Dispatcher(
    {
      ...stores,
      queue,
      nodeReader,
      secrets,
      logger,
      dbtCommand: options.dbtCommand,
      environment: options.environment ?? {},
      dataDir: options.dataDir,
      cage,
      sources: [options.seed?.projectDir ?? [], cage.folders].flat(),
      dbtAccount: options.dbtAccount ?? null,
      killAfterMs: options.limits?.killAfterMs ?? KILL_AFTER_MS,
    },
    () => starter.wake(),
  );
  const commands = new RunCommands({
    ...stores,
    jobLock: new JobLock(options.database, getArtifactFolder(options)),
    dispatcher,
  });
  const starts = new JobStartStore(options.database);
  const starter = new JobStarter({ ...stores, starts, commands, logger });
  if (options.seed !== undefined) await seedService(stores, options.seed, options.limits ?? {});

  const server = await openServer(options, logger);
  const ports: ApiPorts = {
    ...stores,
    commands,
    nodeReader,
    secrets,
    dataDir: options.dataDir,
    getPublicUrl: () => options.publicUrl ?? url,
  };
  for (const route of listRoutes(ports, options)) {
    addRoute(server, { tokens: ports.tokens, options }, route);
  }
  addSignIn(server, options);
  await addWeb(server, options.webDir);
  const url = await listen(server, options);
  // Only now: the port is ours, so no second service works on the same runs.
  await dispatcher.start();
  starter.start();
  logger.info("The job service listens", { url });
  return {
    url,
    close: async () => {
      await server.close();
      await dispatcher.close();
      await starter.close();
      await nodeReader.close();
    },
  };
}

function openStores(
  options: DbtServiceOptions,
): Pick<ApiPorts, "resources" | "runs" | "steps" | "nodes" | "artifacts" | "tokens"> {
  const { database } = options;
  return {
    resources: new ResourceStore(database),
    runs: new RunStore(database),
    steps: new StepStore(database),
    nodes: new NodeStore(database),
    artifacts: new ArtifactStore(database, getArtifactFolder(options)),
    tokens: new TokenStore(database),
  };
}

/** Code, profiles, results and logs of dbt are for nobody else; another user that runs dbt passes through to its own. */
async function makeDataDir({ dataDir, dbtAccount }: DbtServiceOptions): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const { mode } = await stat(dataDir);
  await chmod(dataDir, mode & (dbtAccount === undefined ? 0o700 : 0o711));
}

function getArtifactFolder({ dataDir }: DbtServiceOptions): string {
  return join(dataDir, "artifacts");
}

async function listen(server: FastifyInstance, options: DbtServiceOptions): Promise<string> {
  const host = options.host ?? "127.0.0.1";
  await server.listen({ host, port: options.port });
  const address = server.server.address();
  const port = typeof address === "object" && address !== null ? address.port : options.port;
  return `${options.tls === undefined ? "http" : "https"}://${host}:${port}`;
}

/** The name this data folder's service signs its runs with, the same after every restart. */
async function loadInstanceId(dataDir: string): Promise<string> {
  return (await makeOnce(join(dataDir, "instance-id"), randomUUID())).toString("utf8").trim();
}
