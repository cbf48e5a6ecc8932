import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestServer, type TestServer } from "../../testing/open-test-server.ts";
import { buildApp } from "../build-app.ts";

let behind: TestServer;
let app: FastifyInstance;
let webDir: string;
beforeAll(async () => {
  webDir = await mkdtemp(join(tmpdir(), "airloom-rim-"));
  await mkdir(join(webDir, "assets"));
  await writeFile(join(webDir, "index.html"), "<!doctype html><title>Airloom</title>");
  await writeFile(join(webDir, "assets", "app.js"), "export {};");
  behind = await openTestServer();
  app = await buildApp({ ...behind.options, webDir });
});
afterAll(async () => {
  await app.close();
  await behind.close();
  await rm(webDir, { recursive: true, force: true });
});

describe("the rim of the server (S11)", () => {
  test.each(["/assets/", "/assets", "/assets//", "/./assets/", "/assets/?x=1", "//assets/"])(
    "a folder at %s is no failure",
    async (url) => {
      for (const accept of ["*/*", "text/html"]) {
        const answer = await app.inject({ url, headers: { accept } });
        expect(answer.statusCode).toBeLessThan(500);
      }
      expect(behind.logged).toEqual([]);
    },
  );

  test.each([
    "/api",
    "/api/",
    "/api?x=1",
    "/api/v2",
    "/api/v2/nothing",
    "/API/v2/dags",
    "//api/v2/dags",
    "/auth",
    "/ui/nothing.html",
  ])("%s is 404 in the API's shape, also for a browser", async (url) => {
    const answer = await app.inject({ url, headers: { accept: "text/html" } });
    expect([answer.statusCode, answer.json()]).toEqual([
      404,
      { detail: "Cannot find this address" },
    ]);
  });

  test.each(["null", "[]", '"text"', "1", "true"])(
    "the body %s is none that is taken",
    async (payload) => {
      const headers = {
        authorization: `Bearer ${behind.tokens.admin}`,
        "content-type": "application/json",
      };
      for (const [method, url] of [
        ["PATCH", "/api/v2/pools/maintenance"],
        ["POST", "/api/v2/dags/flights/dagRuns"],
        ["POST", "/api/v2/dags/~/dagRuns/list"],
        ["POST", "/auth/token"],
      ] as const) {
        const answer = await app.inject({ method, url, headers, payload });
        expect([url, answer.statusCode]).toEqual([url, 422]);
      }
    },
  );

  test.each(["01", "1.0", "-0", "00000001", "+1", "1e0", "0x1", " 1"])(
    "the id %j is no other spelling of 1",
    async (id) => {
      const url = `/api/v2/importErrors/${encodeURIComponent(id)}`;
      const headers = { authorization: `Bearer ${behind.tokens.admin}` };
      expect((await app.inject({ url, headers })).statusCode).toBe(id === "1.0" ? 200 : 422);
    },
  );
});

test("a compressed body counts as large as it is unpacked (ASVS 5.2.3)", async () => {
  const headers = {
    authorization: `Bearer ${behind.tokens.admin}`,
    "content-type": "application/json",
    "content-encoding": "gzip",
  };
  const send = async (text: string) => {
    const url = "/api/v2/variables";
    const answer = await app.inject({ method: "POST", url, headers, payload: gzipSync(text) });
    return answer.statusCode;
  };
  expect(await send('{"key":"packed","value":"1"}')).toBe(201);
  const bomb = JSON.stringify({ key: "bomb", value: "0".repeat(50_000_000) });
  expect(await send(bomb)).toBe(413);
});
