import { connect } from "node:net";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";
import { openServer } from "./open-server.ts";

const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };
const TLS = { cert: "", key: "" };

type Server = Awaited<ReturnType<typeof openServer>>;
const open: Server[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function start(options: Parameters<typeof openServer>[0]): Promise<Server> {
  const server = await openServer(options, QUIET);
  open.push(server);
  server.get("/long", async () => ({ text: "x".repeat(5_000) }));
  server.post("/echo", async (request) => ({ length: String(request.body).length }));
  return server;
}

describe("openServer()", () => {
  test.each([
    [{}, undefined],
    [{ tls: TLS }, undefined],
    [{ tls: TLS, platformUrl: "http://127.0.0.1:8080" }, undefined],
    [{ tls: TLS, platformUrl: "https://air.example" }, expect.stringContaining("max-age=")],
    [{ platformUrl: "https://air.example" }, undefined],
  ])(
    "with %j sends HSTS only where the name's other pages use TLS, too (J16)",
    async (options, header) => {
      const answer = await (await start(options)).inject("/long");
      expect(answer.headers["strict-transport-security"]).toEqual(header);
    },
  );

  test("answers 413 in the envelope to a body that is too large, read to its end", async () => {
    const server = await start({});
    const url = await server.listen({ port: 0, host: "127.0.0.1" });
    const said = {
      status: 413,
      body: expect.objectContaining({
        status: expect.objectContaining({
          code: 413,
          user_message: "Cannot read the request: its body is larger than 2097152 bytes",
        }),
      }),
    };
    const body = JSON.stringify("x".repeat(20 * 1024 * 1024));
    const whole = await fetch(`${url}/echo`, { method: "POST", body });
    expect({ status: whole.status, body: await whole.json() }).toEqual(said);
    const parts = new Blob([body]).stream();
    const chunked = await fetch(`${url}/echo`, {
      method: "POST",
      body: parts,
      duplex: "half",
    } as RequestInit);
    expect({ status: chunked.status, body: await chunked.json() }).toEqual(said);
  });

  test("counts a compressed body as large as it is unpacked (ASVS 5.2.3)", async () => {
    const server = await start({});
    const headers = { "content-type": "application/json", "content-encoding": "gzip" };
    const send = async (text: string) => {
      const payload = gzipSync(text);
      return (await server.inject({ method: "POST", url: "/echo", headers, payload })).statusCode;
    };
    expect(await send('"short"')).toBe(200);
    expect(await send(JSON.stringify("0".repeat(50_000_000)))).toBe(413);
  });

  test("does not wait for a client that promised a large body and went away", async () => {
    const server = await start({});
    const url = new URL(await server.listen({ port: 0, host: "127.0.0.1" }));
    const socket = connect(Number(url.port), url.hostname);
    socket.write("POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 9000000\r\n\r\nabc");
    await new Promise((resolve) => setImmediate(resolve));
    socket.destroy();
    expect((await server.inject("/long")).statusCode).toBe(200);
  });

  test.each(["gzip", "br"])("compresses long answers with %s", async (encoding) => {
    const server = await start({});
    const answer = await server.inject({ url: "/long", headers: { "accept-encoding": encoding } });
    expect(answer.headers["content-encoding"]).toBe(encoding);
    expect(answer.rawPayload.length).toBeLessThan(1_000);
    if (encoding === "gzip") expect(gunzipSync(answer.rawPayload)).toHaveLength(5_011);
    expect((await server.inject("/long")).headers["content-encoding"]).toBeUndefined();
  });
});

describe("pages of other origins", () => {
  const MINE = "https://tools.example";

  test("read nothing unless they are named", async () => {
    const server = await start({});
    const answer = await server.inject({ url: "/long", headers: { origin: MINE } });
    expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
  });

  test("read with a token of their own where they are named, never with a cookie", async () => {
    const server = await start({ allowedOrigins: [MINE] });
    const answer = await server.inject({ url: "/long", headers: { origin: MINE } });
    expect(answer.headers).toMatchObject({ "access-control-allow-origin": MINE });
    expect(answer.headers.vary).toContain("Origin");
    expect(answer.headers["access-control-allow-credentials"]).toBeUndefined();
    const asked = await server.inject({
      method: "OPTIONS",
      url: "/echo",
      headers: { origin: MINE, "access-control-request-method": "POST" },
    });
    expect([asked.statusCode, asked.headers["access-control-allow-headers"]]).toEqual([
      204,
      "authorization, content-type, idempotency-key",
    ]);
    for (const origin of ["https://evil.example", `${MINE}.evil.example`, "null"]) {
      const other = await server.inject({ url: "/long", headers: { origin } });
      expect(other.headers["access-control-allow-origin"]).toBeUndefined();
    }
  });
});
