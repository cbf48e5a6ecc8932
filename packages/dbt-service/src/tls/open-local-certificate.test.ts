import { X509Certificate } from "node:crypto";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { createServer, get } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openLocalCertificate } from "./open-local-certificate.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "tls-"));
});
afterAll(async () => {
  await rm(dir, { recursive: true, force: true });
});

describe("openLocalCertificate()", () => {
  test("makes what a strict client accepts once it trusts the authority, and only then", async () => {
    const { cert, key, caFile } = await openLocalCertificate({ dir, hosts: ["dbt.test"] });
    const server = createServer({ cert, key }, (_request, response) => response.end("hello"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const ask = (ca: string | undefined, servername: string): Promise<number | string> =>
      new Promise((resolve) => {
        get(
          { host: "127.0.0.1", port, servername, ...(ca === undefined ? {} : { ca }) },
          (response) => {
            response.resume();
            resolve(response.statusCode ?? 0);
          },
        ).on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? ""));
      });
    const ca = await readFile(caFile, "utf8");
    expect(await ask(ca, "localhost")).toBe(200);
    expect(await ask(ca, "dbt.test")).toBe(200);
    expect(await ask(ca, "evil.test")).toBe("ERR_TLS_CERT_ALTNAME_INVALID");
    expect(await ask(undefined, "localhost")).not.toBe(200);
    server.close();
  });

  test("keeps authority and certificate, and makes a new certificate for a new name", async () => {
    const first = await openLocalCertificate({ dir, hosts: ["dbt.test"] });
    expect(await openLocalCertificate({ dir, hosts: ["dbt.test"] })).toEqual(first);
    const other = await openLocalCertificate({ dir, hosts: ["other.test"] });
    expect(other.cert).not.toBe(first.cert);
    const authority = new X509Certificate(await readFile(first.caFile));
    expect(new X509Certificate(other.cert).verify(authority.publicKey)).toBe(true);
  });

  test("lets nobody else read the keys", async () => {
    expect((await stat(join(dir, "ca.key"))).mode & 0o077).toBe(0);
    expect((await stat(join(dir, "server.key"))).mode & 0o077).toBe(0);
  });
});
