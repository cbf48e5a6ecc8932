import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestServer, PASSWORD, type TestServer } from "../../testing/open-test-server.ts";
import { buildApp } from "../build-app.ts";
import { openServer } from "../open-server.ts";
import type { Server } from "../server-options.ts";

let behind: TestServer;
let server: Server;
beforeAll(async () => {
  behind = await openTestServer();
  server = await openServer({
    ...behind.options,
    allowedHosts: ["airloom.example.com"],
    trustedProxies: ["10.0.0.0/8"],
  });
});
afterAll(async () => {
  await server.close();
  await behind.close();
});

/** What a request of these very bytes is answered with. */
function send(head: string, body = ""): Promise<string> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(Number(port), hostname, () => {
      const lines = [head, ...(body === "" ? [] : [`content-length: ${body.length}`])];
      socket.write(`${lines.join("\r\n")}\r\nconnection: close\r\n\r\n${body}`);
    });
    socket.on("data", (chunk) => (answer += String(chunk)));
    socket.on("error", reject).on("close", () => resolve(answer));
  });
}

async function statusOf(head: string): Promise<number> {
  return Number((await send(head)).split(" ")[1]);
}

describe("the names under which the server answers (S3)", () => {
  test.each([
    "GET /api/v2/version HTTP/1.1\r\nhost: evil.example:8080",
    "GET / HTTP/1.1\r\nhost: evil.example",
    "GET /assets/app.js HTTP/1.1\r\nHOST: Evil.Example.",
    "GET /nowhere HTTP/1.1\r\nhost: localhost.evil.example",
    "GET /ui/events HTTP/1.1\r\nhost: evil.example",
    "OPTIONS /api/v2/dags HTTP/1.1\r\nhost: evil.example",
    "HEAD /api/v2/version HTTP/1.1\r\nhost: evil.example",
    "GET http://evil.example/api/v2/version HTTP/1.1\r\nhost: localhost",
    "GET http://localhost/api/v2/version HTTP/1.1\r\nhost: evil.example",
    "GET /api/v2/version HTTP/1.1\r\nhost: evil.example\r\nx-forwarded-host: localhost",
    "GET /openapi.json HTTP/1.0\r\nhost: evil.example",
  ])("%j is refused as misdirected", async (head) => {
    const answer = await send(head);
    expect(answer.split(" ")[1]).toBe("421");
    if (!head.startsWith("HEAD")) expect(answer).toContain("airloom.config.json");
    expect(answer).not.toContain("set-cookie");
  });

  test.each([
    "GET /api/v2/version HTTP/1.1",
    "GET /api/v2/version HTTP/1.0",
    "GET /api/v2/version HTTP/1.1\r\nhost:",
    "GET /api/v2/version HTTP/1.1\r\nhost: localhost\r\nhost: evil.example",
    "GET /api/v2/version HTTP/1.1\r\nhost: localhost, evil.example",
    "GET /api/v2/version HTTP/1.1\r\nhost: [::1%25lo]",
    "GET /api/v2/version HTTP/1.1\r\nhost: evil.example@localhost",
  ])("%j is refused as unreadable", async (head) => {
    expect(await statusOf(head)).toBe(400);
  });

  test.each([
    "GET /api/v2/version HTTP/1.1\r\nhost: localhost:1",
    "GET /api/v2/version HTTP/1.1\r\nhost: LOCALHOST.",
    "GET /api/v2/version HTTP/1.1\r\nhost: 127.8.9.1",
    "GET /api/v2/version HTTP/1.1\r\nhost: [::1]:8080",
    "GET /api/v2/version HTTP/1.1\r\nhost: airloom.example.com",
    "GET http://airloom.example.com/api/v2/version?x HTTP/1.1\r\nhost: airloom.example.com",
    "GET /api/v2/version HTTP/1.1\r\nhost: localhost\r\nx-forwarded-host: evil.example",
  ])("%j is answered", async (head) => {
    // The last one: nobody here is a proxy, so what it says of hosts is nobody's word.
    expect([200, 422]).toContain(await statusOf(head));
  });

  test("a page under a foreign name signs nobody in, whatever password it knows", async () => {
    const body = JSON.stringify({ username: "admin", password: PASSWORD });
    const head = (host: string) =>
      `POST /auth/login HTTP/1.1\r\nhost: ${host}\r\norigin: http://${host}\r\nsec-fetch-site: same-origin\r\ncontent-type: application/json`;
    expect(await send(head("evil.example:8080"), body)).toContain(" 421 ");
    expect(await send(head("localhost:8080"), body)).toContain(" 200 ");
  });

  test("a refused name stands in the audit log, once a minute, and its answer cannot be framed or kept (ASVS 3.4, 16.3.3)", async () => {
    const refused = async () => {
      const page = { limit: 1_000, offset: 0 };
      const { items } = await behind.store.listAudit({ event: "host_refused" }, page);
      return items.filter(({ extra }) => extra["repeated"] === undefined);
    };
    behind.clock.advance(60_001);
    const before = (await refused()).length;
    const head = "GET /api/v2/version HTTP/1.1\r\nhost: evil.example";
    for (let again = 0; again < 3; again += 1) {
      const answer = (await send(head)).toLowerCase();
      expect(answer).toContain("x-content-type-options: nosniff");
      expect(answer).toContain("frame-ancestors 'none'");
      expect(answer).toContain("cache-control: no-store");
    }
    const after = await refused();
    expect(after).toHaveLength(before + 1);
    expect(after[0]).toMatchObject({ actor: "anonymous", extra: { ip: "127.0.0.1" } });
  });

  test("a request whose end can be read in two ways is refused (ASVS 4.2.1)", async () => {
    const head = (more: string) =>
      `POST /auth/login HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n${more}`;
    const twice = "content-length: 2\r\ntransfer-encoding: chunked";
    expect(await statusOf(head(twice))).toBe(400);
    expect(await statusOf(head("content-length: 2\r\ncontent-length: 3"))).toBe(400);
    expect(await statusOf(head("transfer-encoding: gzip, identity"))).toBe(400);
  });

  test.each([
    ["no request", "GARBAGE"],
    ["a header without a name", "GET / HTTP/1.1\r\n: c4n4ry"],
    ["a head that is too long", `GET / HTTP/1.1\r\nx-long: ${"c4n4ry".repeat(10_000)}`],
  ])("%s is refused with no more than its headers (ASVS 3.4)", async (_what, head) => {
    const [top = "", body] = (await send(head)).split("\r\n\r\n");
    expect(top).toMatch(/^HTTP\/1.1 4(?:00|31) /u);
    expect(top).toContain("x-content-type-options: nosniff");
    expect(top).toContain("frame-ancestors 'none'");
    expect([top.includes("c4n4ry"), body]).toEqual([false, ""]);
  });

  test("TRACE is not there, and nothing of the request comes back (ASVS 13.4.4)", async () => {
    const answer = await send(
      "TRACE /api/v2/version HTTP/1.1\r\nhost: localhost\r\nx-canary: c4n4ry",
    );
    expect(answer).toMatch(/^HTTP\/1.1 404 /u);
    expect(answer).not.toContain("c4n4ry");
  });

  test("what a trusted proxy says of the host is judged too", async () => {
    const app = await buildApp({ ...behind.options, trustedProxies: ["10.0.0.0/8"] });
    const asked = async (remoteAddress: string, forwarded: string) =>
      (
        await app.inject({
          url: "/api/v2/version",
          remoteAddress,
          headers: { host: "localhost", "x-forwarded-host": forwarded },
        })
      ).statusCode;
    expect(await asked("10.0.0.1", "evil.example")).toBe(421);
    expect(await asked("10.0.0.1", "localhost")).toBe(200);
    expect(await asked("11.0.0.1", "evil.example")).toBe(200);
    await app.close();
  });
});
