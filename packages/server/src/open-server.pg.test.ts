import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ApiError, openApi } from "@airloom/api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestServer, PASSWORD, type TestServer } from "../testing/open-test-server.ts";
import { RUN_ID } from "../testing/seed.ts";
import { findFreePort } from "./free-port.ts";
import { openServer } from "./open-server.ts";
import type { Server } from "./server-options.ts";

let behind: TestServer;
let server: Server;
let webDir: string;

beforeAll(async () => {
  webDir = await mkdtemp(join(tmpdir(), "airloom-web-"));
  await writeFile(join(webDir, "index.html"), "<!doctype html><title>Airloom</title>");
  await writeFile(join(webDir, "app-1a2b3c4d.js"), "export {};");
  behind = await openTestServer();
  server = await openServer({ ...behind.options, webDir });
});
afterAll(async () => {
  await server.close();
  await behind.close();
  await rm(webDir, { recursive: true, force: true });
});

describe("openServer()", () => {
  test("answers the typed client, and its errors are the server's words", async () => {
    const anonymous = openApi({ baseUrl: server.url });
    const { access_token: token } = await anonymous.createToken({
      body: { username: "viewer", password: PASSWORD },
    });
    const api = openApi({ baseUrl: server.url, token });
    expect((await api.listDags({ tags: ["elt"], limit: 5 })).dags).toMatchObject([
      { dag_id: "flights" },
    ]);
    await expect(api.getDag({ dag_id: "a/b %?#" })).rejects.toThrow(
      new ApiError(404, "dag.not_found", 'Cannot find Dag "a/b %?#": no file has defined it'),
    );
    await api.logout();
    await expect(api.listDags()).rejects.toMatchObject({ status: 401 });
  });

  test("says which port is taken and what to do", async () => {
    const port = Number(new URL(server.url).port);
    await expect(openServer({ ...behind.options, port })).rejects.toMatchObject({
      code: "port.taken",
      message: `Cannot listen on 127.0.0.1:${port}: another program does; stop it, or choose a port with --port`,
    });
    expect(await findFreePort(port)).toBeGreaterThan(port);
  });

  test("serves the app for its pages and for nothing of the API's", async () => {
    const page = await fetch(`${server.url}/dags/flights?tab=grid`);
    expect(await page.text()).toContain("<title>Airloom</title>");
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(page.headers.get("cache-control")).toBe("no-cache");
    expect((await fetch(`${server.url}/api/v2/nothing`)).status).toBe(404);
    expect((await fetch(`${server.url}/missing.js`)).status).toBe(404);
  });

  test("takes an id with a dot for a page when a browser asks for it", async () => {
    const path = `${server.url}/dags/flights/runs/r1/tasks/group.extract`;
    const page = await fetch(path, { headers: { accept: "text/html,application/xhtml+xml" } });
    expect(page.status).toBe(200);
    expect(await page.text()).toContain("<title>Airloom</title>");
    expect((await fetch(path, { headers: { accept: "*/*" } })).status).toBe(404);
  });

  test("lets browsers keep what never changes", async () => {
    const file = await fetch(`${server.url}/app-1a2b3c4d.js`);
    expect(file.headers.get("cache-control")).toContain("immutable");
    await file.text();
  });

  test.each(["/..%2f..%2fetc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/.env"])(
    "serves nothing outside its folder for %s",
    async (path) => {
      const answer = await fetch(`${server.url}${path}`);
      expect(await answer.text()).not.toContain("root:");
    },
  );
});

describe("the stream of events", () => {
  async function openStream(query = ""): Promise<AsyncGenerator<string>> {
    const answer = await fetch(`${server.url}/ui/events${query}`, {
      headers: { authorization: `Bearer ${behind.tokens.viewer}` },
    });
    expect(answer.headers.get("content-type")).toContain("text/event-stream");
    return chunksOf(answer);
  }

  async function* chunksOf(answer: Response): AsyncGenerator<string> {
    if (answer.body === null) return;
    for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) yield chunk;
  }

  async function readUntil(stream: AsyncGenerator<string>, wanted: string): Promise<string> {
    let text = "";
    for (let next = await stream.next(); next.done !== true; next = await stream.next()) {
      text += next.value;
      if (text.includes(wanted)) return text;
    }
    throw new Error(`The stream ended before "${wanted}": ${text}`);
  }

  test("tells of a run what went wrong in it beside its state, in the order of events (U5)", async () => {
    const stream = await openStream();
    await stream.next();
    behind.events.publish({ kind: "run", dagId: "flights", runId: RUN_ID, state: "failed" });
    behind.events.publish({ kind: "dag", dagId: "flights" });
    const text = await readUntil(stream, '"kind":"dag"');
    expect(text).toMatch(/"kind":"run".*"failed_task_count":1.*\n\ndata: .*"kind":"dag"/u);
  });

  test("needs a session", async () => {
    expect((await fetch(`${server.url}/ui/events`)).status).toBe(401);
  });

  test("tells what happens, of the Dag that was asked for", async () => {
    const stream = await openStream("?dag_id=flights");
    await readUntil(stream, ": connected");
    behind.events.publish({ kind: "run", dagId: "weather", runId: "r0", state: "running" });
    behind.events.publish({ kind: "run", dagId: "flights", runId: "r1", state: "running" });
    const text = await readUntil(stream, "r1");
    expect(text).toContain('{"kind":"run","dag_id":"flights","dag_run_id":"r1","state":"running"');
    expect(text).not.toContain("r0");
    await stream.return(undefined);
  });

  test("beats while nothing happens, and ends when its session has", async () => {
    const stream = await openStream();
    await readUntil(stream, ": connected");
    behind.clock.advance(24 * 3_600_000);
    await readUntil(stream, ": beat");
    behind.clock.advance(15_001);
    await expect(readUntil(stream, "never")).rejects.toThrow("The stream ended");
  });
});
