import { mkdtemp, readFile, rm } from "node:fs/promises";
import { request } from "node:https";
import { connect as connectPlain } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ConnectionOptions, connect } from "node:tls";
import { describe, expect, test } from "vitest";
import { openLocalCertificate } from "../tls/open-local-certificate.ts";
import { openServer } from "./open-server.ts";
import { addWeb } from "./web.ts";

const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };

async function open(options: Parameters<typeof openServer>[0] = {}) {
  const server = await openServer(options, QUIET);
  await addWeb(server, undefined);
  return server;
}

describe("the names under which the job service answers (S3)", () => {
  test.each([
    ["localhost", 200],
    ["127.0.0.1:8081", 200],
    ["[::1]:8081", 200],
    ["metadata.localhost:8081", 200],
    ["dbt.example.com", 200],
    ["jobs.example.com", 200],
    ["evil.example", 421],
    ["evil.example:8081", 421],
    ["localhost.evil.example", 421],
    ["localhost, evil.example", 400],
  ])("host %j is answered with %i", async (host, status) => {
    const server = await open({
      allowedHosts: ["dbt.example.com"],
      publicUrl: "https://jobs.example.com:444",
    });
    const answer = await server.inject({ url: "/", headers: { host } });
    expect(answer.statusCode).toBe(status);
    if (status === 421) {
      expect(answer.json()).toMatchObject({ status: { code: 421, is_success: false } });
      expect(answer.body).toContain("airloom.config.json");
    }
  });

  test("are the same over HTTPS", async () => {
    const dir = await mkdtemp(join(tmpdir(), "guard-hosts-"));
    const { cert, key } = await openLocalCertificate({ dir, hosts: [] });
    const server = await open({ tls: { cert, key } });
    await server.listen({ host: "127.0.0.1", port: 0 });
    const address = server.server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const ask = (host: string): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const options = { port, rejectUnauthorized: false, headers: { host } };
        request({ host: "127.0.0.1", ...options }, (answer) => {
          answer.resume().on("end", () => resolve(answer.statusCode));
        })
          .on("error", reject)
          .end();
      });
    expect([await ask("localhost"), await ask("evil.example")]).toEqual([200, 421]);
    await server.close();
    await rm(dir, { recursive: true });
  });
});

test("HTTPS prefers TLS 1.3, takes 1.2 with forward secrecy, and nothing below (ASVS 12.1)", async () => {
  const dir = await mkdtemp(join(tmpdir(), "guard-hosts-"));
  const { cert, key, caFile } = await openLocalCertificate({ dir, hosts: [] });
  const server = await open({ tls: { cert, key } });
  await server.listen({ host: "127.0.0.1", port: 0 });
  const address = server.server.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  const ca = await readFile(caFile, "utf8");
  const shake = (options: ConnectionOptions): Promise<string> =>
    new Promise((resolve) => {
      const socket = connect({ host: "localhost", port, ca, ...options }, () => {
        resolve(`${socket.getProtocol() ?? ""} ${socket.getCipher().name}`);
        socket.destroy();
      });
      socket.on("error", () => resolve("refused"));
    });
  expect(await shake({})).toBe("TLSv1.3 TLS_AES_256_GCM_SHA384");
  expect(await shake({ maxVersion: "TLSv1.2" })).toBe("TLSv1.2 ECDHE-ECDSA-AES256-GCM-SHA384");
  const old = { minVersion: "TLSv1", ciphers: "ALL:@SECLEVEL=0" } as const;
  expect(await shake({ ...old, maxVersion: "TLSv1.1" })).toBe("refused");
  const weak = ["ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES256-SHA384", "AES128-GCM-SHA256"];
  for (const ciphers of weak) {
    expect(await shake({ maxVersion: "TLSv1.2", ciphers })).toBe("refused");
  }
  await server.close();
  await rm(dir, { recursive: true });
});

describe("the rim of the job service (S11)", () => {
  test.each(["/api/v2/accounts/%zz", "/%c0%af", "/%"])(
    "an address that cannot be read, %s, is refused in the envelope",
    async (url) => {
      const answer = await (await open()).inject(url);
      expect(answer.statusCode).toBe(400);
      expect(answer.json()).toMatchObject({ status: { code: 400, is_success: false }, data: null });
      expect(answer.headers["content-security-policy"]).toContain("frame-ancestors 'none'");
    },
  );

  test("bytes that are no request are refused with no more than its headers (ASVS 3.4)", async () => {
    const server = await open();
    await server.listen({ host: "127.0.0.1", port: 0 });
    const address = server.server.address();
    const port = typeof address === "object" ? (address?.port ?? 0) : 0;
    const answer = await new Promise<string>((resolve, reject) => {
      let text = "";
      const socket = connectPlain(port, "127.0.0.1", () => socket.write("GARBAGE\r\n\r\n"));
      socket.on("data", (chunk) => (text += String(chunk)));
      socket.on("error", reject).on("close", () => resolve(text));
    });
    expect(answer).toMatch(/^HTTP\/1.1 400 .*frame-ancestors 'none'.*nosniff.*\r\n\r\n$/su);
    await server.close();
  });

  test("has the headers of the platform", async () => {
    const { headers } = await (await open()).inject("/api/v2/nothing");
    expect(headers).toMatchObject({
      "cache-control": "no-store",
      "cross-origin-opener-policy": "same-origin",
      "referrer-policy": "same-origin",
      "x-content-type-options": "nosniff",
    });
    expect(headers["content-security-policy"]).toContain("default-src 'none'");
    expect(headers["content-security-policy"]).toContain("object-src 'none'");
    expect(headers["content-security-policy"]).not.toContain("unsafe");
  });
});
