import { execFileSync, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openSqlDatabase } from "../sql-database.ts";
import { startFixture } from "../test-process.ts";
import { withClient, withLock } from "./answer.ts";
import { loadBinaries, resolvePackageDir } from "./binaries.ts";
import type { EmbeddedPostgres } from "./embedded-postgres.ts";
import { initCluster } from "./init-cluster.ts";
import { findEmbeddedPort, openEmbeddedPostgres } from "./open-embedded-postgres.ts";
import { resolvePlace } from "./place.ts";
import { isProcessAlive } from "./postmaster.ts";
import { connectionOf, startPostmaster, stopPostmaster } from "./postmaster-process.ts";
import { canReach, canUseNamespace } from "./run-as.ts";
import { openSocketDir } from "./socket-dir.ts";
import { openTcpPassword } from "./tcp-access.ts";

const isRoot = process.getuid?.() === 0;
const NOBODY = { uid: 65_534, gid: 65_534 };
/** No distribution gives this number to anybody. */
const NAMELESS = { uid: 60_790, gid: 60_790 };

let dir: string;
const servers: EmbeddedPostgres[] = [];

let template: string;

// Making a cluster takes a second; most tests start from a copy of this one.
beforeAll(async () => {
  template = mkdtempSync(join(tmpdir(), "airloom-template-"));
  chmodSync(template, 0o755);
  const dataDir = join(template, "pg");
  const server = await openEmbeddedPostgres({ dataDir, logFile: join(template, "pg.log") });
  await server.stop();
});

afterAll(() => {
  rmSync(template, { recursive: true, force: true });
});

function copyCluster(base = dir): void {
  execFileSync("cp", ["-a", join(template, "pg"), join(base, "pg")]);
}

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "airloom-embedded-"));
  // Where the tests run as root, the server does not.
  chmodSync(dir, 0o755);
});

afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
  rmSync(dir, { recursive: true, force: true });
});

async function open(base = dir, fields: { readonly tcpPort?: number } = {}) {
  const server = await openEmbeddedPostgres({
    dataDir: join(base, "pg"),
    logFile: join(base, "pg.log"),
    ...fields,
  });
  servers.push(server);
  return server;
}

async function answerOf(url: string): Promise<unknown> {
  const db = await openSqlDatabase({ url });
  try {
    const [row] = await db.query<{ fsync: string; address: string | null }>(
      "select current_setting('fsync') as fsync, inet_server_addr()::text as address",
    );
    return row;
  } finally {
    await db.close();
  }
}

describe("openEmbeddedPostgres()", () => {
  test("starts on a unix socket, durable, and stops without a trace of a process", async () => {
    copyCluster();
    const server = await open();
    expect(await answerOf(server.url)).toEqual({ fsync: "on", address: null });
    expect(server.isReused).toBe(false);
    await server.stop();
    expect(isProcessAlive(server.pid)).toBe(false);
    expect(existsSync(join(dir, "pg", "postmaster.pid"))).toBe(false);
  });

  test("of two that open one folder at once both get the same server", async () => {
    const [one, two] = await Promise.all([open(), open()]);
    expect(one?.pid).toBe(two?.pid);
    expect(await answerOf(two?.url ?? "")).toMatchObject({ fsync: "on" });
  });

  test("works in a folder too deep for a socket", async () => {
    const deep = join(dir, ..."abcdefgh".split("").map((letter) => letter.repeat(30)));
    mkdirSync(deep, { recursive: true });
    copyCluster(deep);
    const server = await open(deep);
    expect(await answerOf(server.url)).toMatchObject({ fsync: "on" });
    expect(statSync(server.connectionOptions.host).mode & 0o777).toBe(0o700);
  });

  test("is taken over when its parent was killed", async () => {
    copyCluster();
    const parent = await startFixture("open-and-wait", [dir]);
    await parent.kill();
    const server = await open();
    expect(server).toMatchObject({
      isReused: true,
      pid: parent.answer["pid"],
      url: parent.answer["url"],
    });
    expect(await answerOf(server.url)).toMatchObject({ fsync: "on" });
  });

  test("clears away what a killed server left, also when a stranger has its process number", async () => {
    copyCluster();
    const server = await open();
    await server.close();
    process.kill(server.pid, "SIGKILL");
    const left = join(dir, "pg", "postmaster.pid");
    expect(existsSync(left)).toBe(true);
    const again = await open();
    expect(again).toMatchObject({ isReused: false });
    await again.stop();

    writeFileSync(left, `${process.pid}\n${join(dir, "pg")}\n1\n5432\n/tmp\n\n0 0\nready\n`);
    expect(await open()).toMatchObject({ isReused: false });
  });

  test("listens on 127.0.0.1 on request, for those who know the password", async () => {
    copyCluster();
    const tcpPort = await findFreePort();
    const server = await open(dir, { tcpPort });
    expect(server.url).toContain(`@127.0.0.1:${tcpPort}/airloom`);
    expect(await answerOf(server.url)).toMatchObject({ address: "127.0.0.1/32" });
    const guess = server.url.replace(/:[^:@]+@/u, ":guess@");
    await expect(answerOf(guess)).rejects.toThrow("password authentication failed");
    expect(statSync(join(dir, "pg.password")).mode & 0o777).toBe(0o600);

    const same = await open(dir, { tcpPort });
    expect(same).toMatchObject({ isReused: true, url: server.url });
  });

  test("a server that was left running keeps the port it has, and is found by it", async () => {
    copyCluster();
    expect(findEmbeddedPort(join(dir, "pg"))).toBeUndefined();
    const [tcpPort, other] = [await findFreePort(), await findFreePort()];
    const server = await open(dir, { tcpPort });
    await server.close();
    expect(findEmbeddedPort(join(dir, "pg"))).toBe(tcpPort);
    const again = await open(dir, { tcpPort: other });
    expect(again).toMatchObject({ isReused: true, pid: server.pid, url: server.url });
    expect(await answerOf(again.url)).toMatchObject({ address: "127.0.0.1/32" });
    await again.stop();
    expect(findEmbeddedPort(join(dir, "pg"))).toBeUndefined();
  });

  test("of two that open one folder at once on different ports both get the same server", async () => {
    copyCluster();
    const ports = [await findFreePort(), await findFreePort()];
    const [one, two] = await Promise.all(ports.map((tcpPort) => open(dir, { tcpPort })));
    expect(one?.pid).toBe(two?.pid);
    expect(one?.url).toBe(two?.url);
    expect(await answerOf(two?.url ?? "")).toMatchObject({ address: "127.0.0.1/32" });
  });

  test("a server that lacks TCP is started again with the port, and a taken port is named", async () => {
    copyCluster();
    const first = await open();
    await first.close();
    const tcpPort = await findFreePort();
    const second = await open(dir, { tcpPort });
    expect(second).toMatchObject({ isReused: false });
    expect(await answerOf(second.url)).toMatchObject({ fsync: "on" });
    const other = join(dir, "other");
    mkdirSync(other);
    copyCluster(other);
    await expect(open(other, { tcpPort })).rejects.toMatchObject({ code: "port.taken" });
  });

  test("a server that was killed and could not be started again is started as soon as it can be", async () => {
    copyCluster();
    const tcpPort = await findFreePort();
    const server = await open(dir, { tcpPort });
    process.kill(server.pid, "SIGKILL");
    const squatter = await listenAt(tcpPort);
    const logFile = join(dir, "pg.log");
    const isRefused = () => readFileSync(logFile, "utf8").includes("Address already in use");
    while (!isRefused()) await sleep(10);
    const restarted = new Promise<void>((resolve) => server.onRestart(resolve));
    squatter.close();
    await restarted;
    expect(await answerOf(server.url)).toMatchObject({ address: "127.0.0.1/32" });
  });

  test("starts over the socket of a server that is gone, also when a stranger has its process number", async () => {
    copyCluster();
    const server = await open();
    await server.close();
    process.kill(server.pid, "SIGKILL");
    const { uid } = statSync(join(dir, "pg"));
    const stranger = spawn("sleep", ["600"], { uid });
    try {
      const lock = join(server.connectionOptions.host, ".s.PGSQL.5432.lock");
      writeFileSync(lock, readFileSync(lock, "utf8").replace(/^\d+/u, String(stranger.pid)));
      expect(await open()).toMatchObject({ isReused: false });
    } finally {
      stranger.kill("SIGKILL");
    }
  });

  test("gives up when told to, and leaves no process", async () => {
    copyCluster();
    const controller = new AbortController();
    const opening = openEmbeddedPostgres({
      dataDir: join(dir, "pg"),
      logFile: join(dir, "pg.log"),
      signal: controller.signal,
    });
    setImmediate(() => {
      controller.abort();
    });
    await expect(opening).rejects.toThrow("aborted");
    expect(await open()).toMatchObject({ isReused: false });
  });
});

describe("the platform's database role (S5)", () => {
  const RIGHTS = `select rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls as is_mighty,
    (select pg_get_userbyid(datdba) from pg_database where datname = current_database()) as owner
    from pg_roles where rolname = current_user`;

  test("is no superuser, owns its database, and can neither read files nor run programs", async () => {
    copyCluster();
    const server = await open();
    const db = await openSqlDatabase({ url: server.url });
    try {
      expect(await db.query(RIGHTS)).toEqual([{ is_mighty: false, owner: "airloom" }]);
      await db.query("create schema mine");
      for (const attempt of [
        "select pg_read_file('/etc/hostname')",
        "copy pg_database to program 'cat > /dev/null'",
        "alter role airloom superuser",
        "create role other superuser",
      ]) {
        await expect(db.query(attempt)).rejects.toThrow(/permission denied/u);
      }
    } finally {
      await db.close();
    }
  });

  test("of a cluster made when it was one is put in its place, with all that it owned", async () => {
    const tcpPort = await findFreePort();
    const before = await openOldCluster(tcpPort);
    for (let opened = 1; opened <= 2; opened += 1) {
      const server = await open(dir, { tcpPort });
      expect(server.url).toContain(`airloom:${before.password}@127.0.0.1:${tcpPort}`);
      const db = await openSqlDatabase({ url: server.url });
      expect(await db.query(RIGHTS)).toEqual([{ is_mighty: false, owner: "airloom" }]);
      expect(await db.query("select id, state from kept.orders")).toEqual([
        { id: 1, state: "new" },
      ]);
      expect(
        await db.query(`select tableowner from pg_tables where tableowner = 'postgres'
          and schemaname not in ('pg_catalog', 'information_schema')`),
      ).toEqual([]);
      await db.query("alter table kept.orders drop column if exists note");
      await db.query(
        "create or replace function kept.one() returns int language sql as 'select 1'",
      );
      await db.query("alter type kept.state rename value 'new' to 'newer'");
      await db.query("alter type kept.state rename value 'newer' to 'new'");
      await db.close();
      await server.stop();
    }
  });

  test("is put in its place also where the one who began to was killed half-way", async () => {
    await openOldCluster(undefined, [
      "create role airloom_handover superuser login",
      "set session authorization airloom_handover",
      "alter role airloom rename to postgres",
    ]);
    const server = await open();
    const db = await openSqlDatabase({ url: server.url });
    expect(await db.query(RIGHTS)).toEqual([{ is_mighty: false, owner: "airloom" }]);
    expect(
      await db.query("select rolname from pg_roles where rolname !~ '^pg_' order by 1"),
    ).toEqual([{ rolname: "airloom" }, { rolname: "postgres" }]);
    await db.close();
  });
});

/** A cluster as it was made before: its only role is a superuser. It has stopped again. */
async function openOldCluster(
  tcpPort?: number,
  last: readonly string[] = [],
): Promise<{ readonly password: string }> {
  const place = await resolvePlace(join(dir, "pg"));
  const plan = {
    place,
    socketDir: await openSocketDir(place),
    tcpPort,
    logFile: join(dir, "pg.log"),
  };
  await initCluster(place, "airloom");
  const postmaster = await startPostmaster(plan);
  const connection = connectionOf(postmaster);
  const password = tcpPort === undefined ? "" : await openTcpPassword(place.dataDir, connection);
  await withLock(connection, "test", async (client) => {
    await client.query("create database airloom");
  });
  await withClient(connection, async (client) => {
    for (const statement of [
      "create schema kept",
      "create type kept.state as enum ('new', 'old')",
      "create table kept.orders (id int generated always as identity, state kept.state, note text)",
      "create table kept.lines (id serial primary key)",
      "create view kept.ids as select id from kept.orders",
      "create sequence kept.numbers",
      "create function kept.one() returns int language sql as 'select 1'",
      "insert into kept.orders (state) values ('new')",
      ...last,
    ]) {
      await client.query(statement);
    }
  });
  await stopPostmaster(postmaster.pid, place.dataDir);
  return { password };
}

describe.runIf(isRoot)("as root", () => {
  test("the server runs as an unprivileged user where that one reaches the folder", () => {
    expect(statSync(join(template, "pg")).uid).not.toBe(0);
  });

  test("the server runs as that user also where programs lie in a folder that only root may enter (5)", async () => {
    const hidden = mkdtempSync(join(tmpdir(), "airloom-hidden-"));
    try {
      const programs = join(hidden, "package");
      execFileSync("cp", ["-a", resolvePackageDir(), programs]);
      const place = await resolvePlace(join(dir, "pg"), await loadBinaries(programs));
      expect(place.runAs).toMatchObject({ kind: "user" });
      expect(canReach(NOBODY, place.binaries.postgres, dir)).toBe(true);
    } finally {
      rmSync(hidden, { recursive: true, force: true });
    }
  });

  test("the server of a project belongs to the project's owner", async () => {
    chownSync(dir, 33, 33);
    await open();
    expect(statSync(join(dir, "pg")).uid).toBe(33);
  });

  test("a private folder of root works in a user namespace, or is refused in words", async () => {
    chmodSync(dir, 0o700);
    if (canUseNamespace("/bin/true")) {
      const server = await open();
      expect(await answerOf(server.url)).toMatchObject({ fsync: "on" });
      expect(statSync(join(dir, "pg")).uid).toBe(0);
      await server.stop();
      expect(await open()).toMatchObject({ isReused: false });
    }
  });

  test.runIf(canReach(NAMELESS, process.execPath, import.meta.dirname))(
    "a user that this machine has no name for opens a project, as containers start them (5)",
    async () => {
      chownSync(dir, NAMELESS.uid, NAMELESS.gid);
      const first = await startFixture("open-and-wait", [dir], NAMELESS);
      await first.kill();
      expect(statSync(join(dir, "pg")).uid).toBe(NAMELESS.uid);
      const second = await startFixture("open-and-wait", [dir], NAMELESS);
      expect(second.answer).toMatchObject({ pid: first.answer["pid"] });
      process.kill(Number(first.answer["pid"]), "SIGINT");
      await second.kill();
    },
  );

  // The fixture's own files have to be within that user's reach.
  test.runIf(canReach(NOBODY, process.execPath, import.meta.dirname))(
    "another user opens a project of its own",
    async () => {
      chownSync(dir, NOBODY.uid, NOBODY.gid);
      const process = await startFixture("open-and-wait", [dir], NOBODY);
      await process.kill();
      expect(statSync(join(dir, "pg")).uid).toBe(65_534);
      const server = await open();
      expect(server).toMatchObject({ isReused: true, pid: process.answer["pid"] });
    },
  );
});

/** Listens there as soon as nobody else does. */
async function listenAt(port: number): Promise<Server> {
  for (;;) {
    const server = createServer();
    const isListening = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false));
      server.listen({ host: "127.0.0.1", port }, () => resolve(true));
    });
    if (isListening) return server;
  }
}

/** A free port below those that outgoing connections get: nothing else on the machine takes it by chance. */
async function findFreePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_000);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ host: "127.0.0.1", port }, () => server.close(() => resolve(true)));
  });
}
