import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Connection } from "@airloom/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ModuleSettings } from "../runner/module-settings.ts";
import { runInProcess } from "./run-in-process.ts";
import { testConnectionInProcess } from "./test-connection.ts";

const PATIENCE_MS = 60_000;

let folder: string;
let modules: ModuleSettings;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "airloom-connection-"));
  modules = {
    entry: fileURLToPath(new URL("./fixtures/connection-kinds.ts", import.meta.url)),
    cacheDir: join(folder, "cache"),
    env: { REGION: "eu" },
  };
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function connectionOf(connType: string, host = "db.example"): Connection {
  return {
    connectionId: "c",
    connType,
    description: null,
    host,
    login: null,
    password: "canary-4711",
    schema: null,
    port: null,
    extra: null,
  };
}

function isLeft(pidFile: string): boolean {
  // On a busy machine it may be ended before it came as far as to write this.
  if (!existsSync(pidFile)) return false;
  try {
    return process.kill(Number(readFileSync(pidFile, "utf8")), 0);
  } catch {
    return false;
  }
}

test("a connection is tried in a process that knows the project's variables and none of ours", async () => {
  process.env["DATABASE_URL"] = "postgres://not-for-testers";
  try {
    expect(await testConnectionInProcess(modules, connectionOf("good"), PATIENCE_MS)).toEqual({
      ok: true,
      message: "db.example took ***",
      facts: [
        { label: "Token", value: "Bearer ***" },
        { label: "Database", value: "not told" },
        { label: "Region", value: "eu" },
      ],
    });
  } finally {
    delete process.env["DATABASE_URL"];
  }
});

test.each([
  ["refusing", "401 for ***"],
  ["leaving", 'The process of "callConnectionTester" ended (exit code 3) without an answer'],
  [
    "unheard-of",
    'Cannot test connections of kind "unheard-of": nothing that is installed knows how',
  ],
])("what a %s one comes to is told, without its secrets", async (connType, message) => {
  expect(await testConnectionInProcess(modules, connectionOf(connType), PATIENCE_MS)).toEqual({
    ok: false,
    message,
    facts: [],
  });
});

test("one that never answers is ended with its process", async () => {
  const pidFile = join(folder, "pid");
  const hanging = connectionOf("hanging", pidFile);
  expect(await testConnectionInProcess(modules, hanging, 2_000)).toEqual({
    ok: false,
    message: 'The call of "callConnectionTester" took longer than 2 s',
    facts: [],
  });
  expect(isLeft(pidFile)).toBe(false);
});

test("a module without the function is named as such", async () => {
  const call = { module: modules.entry, export: "nope", argument: null, timeoutMs: PATIENCE_MS };
  await expect(runInProcess(modules, call)).rejects.toThrow('Cannot find the function "nope"');
});
