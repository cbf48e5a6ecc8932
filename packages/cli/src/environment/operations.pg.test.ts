import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { renderCanonicalJson, type Store } from "@airloom/core";
import { openGroupCommit, openOperations } from "@airloom/engine";
import {
  createSecretKey,
  type EmbeddedPostgres,
  openEmbeddedPostgres,
  openStore,
  parseSecretKeys,
} from "@airloom/store";
import { describeOperations, FakeClock, MemoryEvents, NOW } from "@airloom/testkit";
import { afterAll, beforeAll } from "vitest";

let dir: string;
let postgres: EmbeddedPostgres;
let store: Store;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "airloom-operations-"));
  const places = { dataDir: join(dir, "pg"), logFile: join(dir, "pg.log") };
  postgres = await openEmbeddedPostgres(places);
  store = await openStore({
    connection: postgres.connectionOptions,
    secretKeys: parseSecretKeys(createSecretKey()),
    isPausedUponCreation: false,
  });
});

afterAll(async () => {
  await store.close();
  await postgres.stop();
  rmSync(dir, { recursive: true, force: true });
});

async function loadAudit() {
  const { items } = await store.listAudit({}, { limit: 1_000, offset: 0 });
  return items.toReversed();
}

describeOperations("openOperations() over PostgreSQL", async () => {
  const clock = new FakeClock(NOW);
  const events = new MemoryEvents();
  const commit = openGroupCommit({ store, clock, events, logger: { log: () => undefined } });
  for (const dagId of ["dag", "grouped"]) await store.deleteDag(dagId);
  const before = (await loadAudit()).length;
  return {
    operations: openOperations({
      store,
      clock,
      commit,
      events,
      scheduler: { wakeRun: () => undefined, explain: async () => [] },
      testConnection: async () => ({ ok: true, message: "", facts: [] }),
      newId: randomUUID,
    }),
    store,
    addDag: async (spec) => {
      const dags = [{ spec, hash: renderCanonicalJson(spec) }];
      const file = { file: `${spec.dagId}.ts`, source: "", contentHash: "", dags, error: null };
      await store.saveLoadedFile(file, NOW);
    },
    loadAudit: async () => (await loadAudit()).slice(before),
    close: () => commit.close(),
  };
});
