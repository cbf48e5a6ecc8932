import { mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Access, createScryptHasher, openAccess as openServerAccess } from "@airloom/server";
import {
  createSecretKey,
  type EmbeddedPostgres,
  openEmbeddedPostgres,
  openStore,
  parseSecretKeys,
} from "@airloom/store";
import { afterAll, beforeAll, expect, test } from "vitest";
import { beginOwnSession, openAccess } from "./access.ts";
import { openOwnSession } from "./admin-session.ts";
import { type AdminSocket, openAdminSocket } from "./admin-socket.ts";
import { systemClock } from "./system-clock.ts";

let dir: string;
let postgres: EmbeddedPostgres;
let store: Awaited<ReturnType<typeof openStore>>;
let access: Access;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "airloom-access-"));
  postgres = await openEmbeddedPostgres({
    dataDir: join(dir, "postgres"),
    logFile: join(dir, "postgres.log"),
  });
  store = await openStore({
    connection: postgres.connectionOptions,
    secretKeys: parseSecretKeys(createSecretKey()),
  });
  await openAccess(store, { host: "127.0.0.1", stateDir: dir });
  access = openServerAccess({
    store,
    clock: systemClock,
    hasher: createScryptHasher(4),
    sessionHours: 1,
    idleHours: 1,
    loginAttemptsPerMinute: 1,
    accountAttemptsPerMinute: 1,
  });
});

afterAll(async () => {
  await store.close();
  await postgres.stop();
  rmSync(dir, { recursive: true, force: true });
});

function open(stateDir: string): Promise<AdminSocket> {
  mkdirSync(stateDir, { recursive: true });
  return openAdminSocket(
    { stateDir },
    {
      beginSession: () => beginOwnSession(store, systemClock.now()),
      logger: { log: () => undefined },
    },
  );
}

test("whoever opens the socket is the local admin while the connection lasts (S1)", async () => {
  const socket = await open(join(dir, "lasts"));
  expect(statSync(dirname(socket.path)).mode & 0o777).toBe(0o700);
  const session = openOwnSession(socket.path);
  const token = await session.getToken();
  expect(await session.getToken()).toBe(token);
  expect(await access.authenticate(token)).toMatchObject({
    user: { username: "admin", role: "admin" },
  });
  session.forget();
  await expect.poll(() => access.authenticate(token)).toBeUndefined();
  const next = await session.getToken();
  expect(next).not.toBe(token);
  await socket.close();
  expect(await access.authenticate(next)).toBeUndefined();
});

test("is opened in a path that is too long for a socket's address, and where a killed one left its own", async () => {
  const deep = join(dir, "d".repeat(120));
  const first = await open(deep);
  const second = await open(join(dir, "twice"));
  const again = await open(join(dir, "twice"));
  for (const { path } of [first, again]) {
    const session = openOwnSession(path);
    expect(await session.getToken()).toMatch(/^airloom_/u);
  }
  for (const socket of [first, second, again]) await socket.close();
  expect(() => statSync(dirname(first.path))).toThrow("ENOENT");
});

test("tells nothing to whoever only listens, and a command whose environment is gone what to do", async () => {
  const socket = await open(join(dir, "gone"));
  const listener = connect(socket.path);
  let said = "";
  listener.on("data", (chunk) => {
    said += String(chunk);
  });
  const stranger = connect(socket.path);
  const closed = new Promise((resolve) => stranger.once("close", resolve));
  stranger
    .on("error", () => undefined)
    .on("data", (chunk) => {
      said += String(chunk);
    });
  stranger.write("GET / HTTP/1.1\r\n\r\n");
  await closed;
  await socket.close();
  expect(said).toBe("");
  await expect(openOwnSession(socket.path).getToken()).rejects.toThrow(
    /^Cannot sign in to the environment by ".*": .*airloom dev restart/u,
  );
});
