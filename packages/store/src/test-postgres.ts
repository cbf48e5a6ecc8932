import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Store } from "@airloom/core";
import { Database } from "./database.ts";
import type { EmbeddedPostgres } from "./embedded/embedded-postgres.ts";
import { openEmbeddedPostgres } from "./embedded/open-embedded-postgres.ts";
import { openStore } from "./open-store.ts";
import { createSecretKey, parseSecretKeys } from "./secret-box.ts";

/** A real server for one test file. */
export interface TestPostgres {
  readonly server: EmbeddedPostgres;
  readonly database: Database;
  /** A store on emptied tables. */
  open(env?: Readonly<Record<string, string>>): Promise<Store>;
  close(): Promise<void>;
}

/** Starts a server in a folder of its own; `close` leaves nothing behind. */
export async function openTestPostgres(): Promise<TestPostgres> {
  const dir = mkdtempSync(join(tmpdir(), "airloom-store-test-"));
  const server = await openEmbeddedPostgres({
    dataDir: join(dir, "pg"),
    logFile: join(dir, "pg.log"),
  });
  const database = new Database({ connection: server.connectionOptions, maxConnections: 2 });
  const secretKeys = parseSecretKeys(createSecretKey());
  // What these tests ask does not depend on the disk; the crash tests have servers of their own.
  await database.run({ text: "alter database airloom set synchronous_commit = off" });

  // A store holds no state of its own, so that all tests with one environment may share one.
  const stores = new Map<string, Store>();
  async function open(env: Readonly<Record<string, string>> = {}): Promise<Store> {
    const key = JSON.stringify(env);
    const connection = server.connectionOptions;
    const store =
      stores.get(key) ??
      (await openStore({ connection, secretKeys, env, isPausedUponCreation: false }));
    stores.set(key, store);
    await emptyTables(database);
    return store;
  }

  return {
    server,
    database,
    open,
    close: async () => {
      await Promise.all([...stores.values()].map((store) => store.close()));
      await database.close();
      await server.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function emptyTables(database: Database): Promise<void> {
  const tables = await database.rows<{ name: string }>({
    text: `select tablename as name from pg_tables
           where schemaname = 'airloom' and tablename <> 'schema_migration'`,
  });
  const deletes = tables.map(({ name }) => `delete from airloom.${name}`);
  await database.run({
    // The log is only ever added to; its owner alone may say otherwise.
    text: `alter table airloom.audit disable trigger audit_is_append_only;
           ${deletes.join("; ")};
           alter table airloom.audit enable always trigger audit_is_append_only; insert into airloom.pool (name, slots, include_deferred)
             values ('default_pool', 128, false)`,
  });
}
