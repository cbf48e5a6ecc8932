import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createScryptHasher, openAccess as openServerAccess } from "@airloom/server";
import { createSecretKey, openEmbeddedPostgres, openStore, parseSecretKeys } from "@airloom/store";
import { expect, test } from "vitest";
import { openAccess } from "./access.ts";
import { systemClock } from "./system-clock.ts";

test("the session of the project's own commands ends with the environment, that of a killed one with the next start", async () => {
  const stateDir = mkdtempSync(join(tmpdir(), "airloom-access-"));
  const postgres = await openEmbeddedPostgres({
    dataDir: join(stateDir, "postgres"),
    logFile: join(stateDir, "postgres.log"),
  });
  const store = await openStore({
    connection: postgres.connectionOptions,
    secretKeys: parseSecretKeys(createSecretKey()),
  });
  const access = openServerAccess({
    store,
    clock: systemClock,
    hasher: createScryptHasher(4),
    sessionHours: 1,
    idleHours: 1,
    loginAttemptsPerMinute: 1,
    accountAttemptsPerMinute: 1,
  });
  const local = { host: "127.0.0.1", stateDir };

  const killed = await openAccess(store, { ...local, staleToken: undefined });
  expect(await access.authenticate(killed.token)).toMatchObject({
    user: { username: "admin", role: "admin" },
  });
  const next = await openAccess(store, { ...local, staleToken: killed.token });
  expect(await access.authenticate(killed.token)).toBeUndefined();
  expect(await access.authenticate(next.token)).toMatchObject({ user: { username: "admin" } });
  await next.close();
  expect(await access.authenticate(next.token)).toBeUndefined();

  await store.close();
  await postgres.stop();
  rmSync(stateDir, { recursive: true, force: true });
});
