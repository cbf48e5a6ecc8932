import {
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from "node:crypto";
import { isIPv4, isIPv6 } from "node:net";
import {
  bits,
  boolean,
  type Der,
  integer,
  octets,
  oid,
  sequence,
  set,
  tagged,
  text,
  time,
} from "./der.ts";

/** A certificate and its private key, both PEM. */
export interface CertificatePair {
  readonly cert: string;
  readonly key: string;
}

const ECDSA_SHA256 = sequence(oid("1.2.840.10045.4.3.2"));
const AUTHORITY_NAME = "Airloom local authority";
const DAY_MS = 86_400_000;

/** A new authority that can sign certificates. */
export function makeAuthority(now: Date, days: number): CertificatePair {
  const keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const id = keyId(keys.publicKey);
  return issue({
    subject: AUTHORITY_NAME,
    publicKey: keys.publicKey,
    privateKey: keys.privateKey,
    signingKey: keys.privateKey,
    now,
    days,
    extensions: [
      extension("2.5.29.19", sequence(boolean(true)), true),
      // keyCertSign and cRLSign
      extension("2.5.29.15", bits(Buffer.from([0x06]), 1), true),
      extension("2.5.29.14", octets(id), false),
    ],
  });
}

/** A server certificate for names and addresses, signed by an authority made here. */
export function makeServerCertificate(
  authority: CertificatePair,
  options: { readonly names: readonly string[]; readonly now: Date; readonly days: number },
): CertificatePair {
  const keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const signingKey = createPrivateKey(authority.key);
  const names = Buffer.concat(options.names.map(encodeName));
  return issue({
    subject: options.names[0] ?? "localhost",
    publicKey: keys.publicKey,
    privateKey: keys.privateKey,
    signingKey,
    now: options.now,
    days: options.days,
    extensions: [
      extension("2.5.29.19", sequence(), true),
      // digitalSignature
      extension("2.5.29.15", bits(Buffer.from([0x80]), 7), true),
      // serverAuth
      extension("2.5.29.37", sequence(oid("1.3.6.1.5.5.7.3.1")), false),
      extension("2.5.29.17", sequence(names), false),
      extension("2.5.29.14", octets(keyId(keys.publicKey)), false),
    ],
  });
}

function issue(parts: {
  readonly subject: string;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
  readonly signingKey: KeyObject;
  readonly now: Date;
  readonly days: number;
  readonly extensions: readonly Der[];
}): CertificatePair {
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x01;
  // A day back, for clocks that do not quite agree.
  const from = new Date(parts.now.getTime() - DAY_MS);
  const until = new Date(parts.now.getTime() + parts.days * DAY_MS);
  const toSign = sequence(
    tagged(0, integer(Buffer.from([2])), true),
    integer(serial),
    ECDSA_SHA256,
    encodeSubject(AUTHORITY_NAME),
    sequence(time(from), time(until)),
    encodeSubject(parts.subject),
    exportKey(parts.publicKey),
    tagged(3, sequence(...parts.extensions), true),
  );
  const signature = sign("sha256", toSign, parts.signingKey);
  const der = sequence(toSign, ECDSA_SHA256, bits(signature));
  return {
    cert: toPem(der),
    key: String(parts.privateKey.export({ type: "pkcs8", format: "pem" })),
  };
}

function exportKey(key: KeyObject): Buffer {
  return key.export({ type: "spki", format: "der" });
}

function keyId(key: KeyObject): Buffer {
  // The leftmost 160 bits of SHA-256, as RFC 7093 has it in place of SHA-1.
  return createHash("sha256").update(exportKey(key)).digest().subarray(0, 20);
}

function encodeSubject(name: string): Der {
  return sequence(set(sequence(oid("2.5.4.3"), text(name))));
}

function extension(id: string, value: Der, isCritical: boolean): Der {
  return sequence(oid(id), ...(isCritical ? [boolean(true)] : []), octets(value));
}

function encodeName(name: string): Der {
  if (isIPv4(name)) return tagged(7, Buffer.from(name.split(".").map(Number)), false);
  if (isIPv6(name)) return tagged(7, encodeIpv6(name), false);
  return tagged(2, Buffer.from(name, "ascii"), false);
}

function encodeIpv6(name: string): Buffer {
  const [head = "", tail = ""] = name.split("::");
  const groups = (half: string): readonly string[] =>
    half.split(":").filter((group) => group !== "");
  const [before, after] = [groups(head), groups(tail)];
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => "0");
  const all = [...before, ...zeros, ...after].map((group) => group.padStart(4, "0"));
  return Buffer.from(all.join(""), "hex");
}

function toPem(der: Der): string {
  const lines = der.toString("base64").match(/.{1,64}/gu) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}
