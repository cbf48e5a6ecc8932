import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type {
  Clock,
  Connection,
  LiveEvent,
  LiveEvents,
  Logger,
  LogLevel,
  LogLine,
  LogStore,
  Operations,
  Store,
} from "@airloom/core";
import {
  type GroupCommit,
  openFileLogStore,
  openGroupCommit,
  openOperations,
} from "@airloom/engine";
import { createSecretKey, openEmbeddedPostgres, openStore, parseSecretKeys } from "@airloom/store";
import { FakeClock } from "@airloom/testkit";
import type { FastifyInstance } from "fastify";
import { createScryptHasher } from "../src/auth/password.ts";
import { buildApp } from "../src/build-app.ts";
import type { ServerOptions } from "../src/server-options.ts";
import { NOW, RUN_ID, seed } from "./seed.ts";

export const ROLES = ["viewer", "editor", "admin"] as const;
export type TestRole = (typeof ROLES)[number];
export const PASSWORD = "correct horse";

/**
 * A server over a real PostgreSQL and the real operations, with one user of each role, named like the role. Nothing moves
 * runs here: what is started or cleared stays as it is for the test to look at.
 */
export interface TestServer {
  readonly app: FastifyInstance;
  readonly store: Store;
  /** The connections that were given to a test, which takes a process of its own elsewhere. */
  readonly tested: readonly Connection[];
  readonly clock: FakeClock;
  readonly events: LiveEvents;
  readonly options: ServerOptions;
  readonly tokens: Readonly<Record<TestRole, string>>;
  /** What the server logged. */
  readonly logged: readonly string[];
  close(): Promise<void>;
}

export async function openTestServer(more: Partial<ServerOptions> = {}): Promise<TestServer> {
  const folder = await mkdtemp(join(tmpdir(), "airloom-server-"));
  const postgres = await openEmbeddedPostgres({
    dataDir: join(folder, "data"),
    logFile: join(folder, "postgres.log"),
  });
  const store = await openStore({
    connection: postgres.connectionOptions,
    secretKeys: parseSecretKeys(createSecretKey()),
    isPausedUponCreation: false,
  });
  await seed(store);
  await saveUsers(store);

  const clock = new FakeClock(NOW);
  const events = openEvents();
  const logged: string[] = [];
  const logger: Logger = { log: (level, message) => logged.push(`${level} ${message}`) };
  const tested: Connection[] = [];
  const commit = openGroupCommit({ store, clock, events, logger });
  const options: ServerOptions = {
    store,
    operations: openRealOperations({ store, clock, events, commit, tested }),
    logs: await openLogs(join(folder, "logs")),
    events,
    clock,
    logger,
    port: 0,
    version: "0.0.0-test",
    project: "flights",
    passwordHasher: createScryptHasher(4),
    connectionTypes: [{ connType: "dbt_cloud", label: "dbt Cloud", fields: [] }],
    ...more,
  };
  const app = await buildApp(options);
  return {
    app,
    store,
    tested,
    clock,
    events,
    options,
    logged,
    tokens: await signInAll(app),
    close: async () => {
      await app.close();
      await commit.close();
      await store.close();
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function openRealOperations({
  tested,
  ...parts
}: {
  readonly store: Store;
  readonly clock: Clock;
  readonly events: LiveEvents;
  readonly commit: GroupCommit;
  readonly tested: Connection[];
}): Operations {
  return openOperations({
    ...parts,
    scheduler: { wakeRun: () => undefined, explain: async () => [] },
    testConnection: async (connection) => {
      tested.push(connection);
      return { ok: true, message: "Token accepted", facts: [{ label: "Account", value: "1" }] };
    },
    newId: randomUUID,
  });
}

async function saveUsers(store: Store): Promise<void> {
  const passwordHash = await createScryptHasher(4).hash(PASSWORD);
  for (const role of ROLES) {
    await store.createUser({ username: role, role, isActive: true, passwordHash }, NOW);
  }
}

async function signInAll(app: FastifyInstance): Promise<Readonly<Record<TestRole, string>>> {
  const tokenOf = async (username: TestRole): Promise<string> => {
    const answer = await app.inject({
      method: "POST",
      url: "/auth/token",
      payload: { username, password: PASSWORD },
    });
    const body: { readonly access_token: string } = answer.json();
    return body.access_token;
  };
  return {
    viewer: await tokenOf("viewer"),
    editor: await tokenOf("editor"),
    admin: await tokenOf("admin"),
  };
}

function openEvents(): LiveEvents {
  const listeners = new Set<(event: LiveEvent) => void>();
  return {
    publish: (event) => {
      for (const listener of listeners) listener(event);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The real store, with three lines of one attempt in it. */
async function openLogs(root: string): Promise<LogStore> {
  const logs = openFileLogStore({ root });
  const key = { dagId: "flights", runId: RUN_ID, taskId: "extract", mapIndex: -1, tryNumber: 1 };
  const line = (text: string, level: LogLevel): LogLine => ({
    at: NOW.toISOString(),
    level,
    source: "task",
    text,
  });
  await logs.append(key, [line("one", "info"), line("two", "warning"), line("three", "info")]);
  return logs;
}
