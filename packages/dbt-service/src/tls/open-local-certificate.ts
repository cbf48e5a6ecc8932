import { X509Certificate } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { isIP } from "node:net";
import { join } from "node:path";
import { type CertificatePair, makeAuthority, makeServerCertificate } from "./make-certificate.ts";

const AUTHORITY_DAYS = 3_650;
/** Clients refuse server certificates that are valid for longer. */
const SERVER_DAYS = 397;
const RENEW_BEFORE_MS = 30 * 86_400_000;
const OWN_NAMES = ["localhost", "metadata.localhost", "127.0.0.1", "::1"];

/** A certificate for this machine, with the authority that signed it. */
export interface LocalCertificate {
  /** Server certificate with the authority behind it, PEM. */
  readonly cert: string;
  readonly key: string;
  /** What clients must trust: give it as SSL_CERT_FILE, REQUESTS_CA_BUNDLE or NODE_EXTRA_CA_CERTS. */
  readonly caFile: string;
}

/**
 * A certificate for `hosts` from an authority of this machine's own, both made at the first call and kept in `dir`.
 */
export async function openLocalCertificate(options: {
  readonly dir: string;
  readonly hosts: readonly string[];
}): Promise<LocalCertificate> {
  await mkdir(options.dir, { recursive: true, mode: 0o700 });
  const now = new Date();
  const names = [...new Set([...OWN_NAMES, ...options.hosts])];
  const authority = await loadOrMake(options.dir, "ca", {
    isUsable: () => true,
    make: () => makeAuthority(now, AUTHORITY_DAYS),
  });
  const server = await loadOrMake(options.dir, "server", {
    isUsable: (pair) => isUsable(pair, names, now),
    make: () => makeServerCertificate(authority, { names, now, days: SERVER_DAYS }),
  });
  return {
    cert: `${server.cert}${authority.cert}`,
    key: server.key,
    caFile: join(options.dir, "ca.pem"),
  };
}

async function loadOrMake(
  dir: string,
  name: string,
  pair: {
    readonly isUsable: (kept: CertificatePair) => boolean;
    readonly make: () => CertificatePair;
  },
): Promise<CertificatePair> {
  const [certFile, keyFile] = [join(dir, `${name}.pem`), join(dir, `${name}.key`)];
  const kept = await load(certFile, keyFile);
  if (kept !== undefined && pair.isUsable(kept)) return kept;
  const made = pair.make();
  await writeFile(keyFile, made.key, { mode: 0o600 });
  await writeFile(certFile, made.cert);
  return made;
}

async function load(certFile: string, keyFile: string): Promise<CertificatePair | undefined> {
  try {
    return { cert: await readFile(certFile, "utf8"), key: await readFile(keyFile, "utf8") };
  } catch {
    // Not made yet.
    return undefined;
  }
}

function isUsable(pair: CertificatePair, names: readonly string[], now: Date): boolean {
  const certificate = new X509Certificate(pair.cert);
  const leftMs = Date.parse(certificate.validTo) - now.getTime();
  return (
    leftMs > RENEW_BEFORE_MS &&
    names.every((name) =>
      isIP(name) === 0
        ? certificate.checkHost(name) !== undefined
        : certificate.checkIP(name) !== undefined,
    )
  );
}
