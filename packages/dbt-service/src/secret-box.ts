import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { isRecord, type JsonRecord, readText } from "@airloom/dbt-cloud/contract";
import { makeOnce } from "./make-once.ts";

const SEALED = "$sealed";
/** Keys whose text is never stored or shown in the clear. */
const SECRET_KEYS = new Set([
  "password",
  "private_key",
  "private_key_passphrase",
  "raw_value",
  "secret_access_key",
  "token",
]);

/** Encrypts the secret fields of what people configure (AES-256-GCM, a nonce per value). */
export class SecretBox {
  readonly #key: Buffer;

  constructor(key: Buffer) {
    this.#key = key;
  }

  /** The thing with its secret fields sealed. */
  sealFields(body: JsonRecord): JsonRecord {
    return mapFields(body, (key, value) =>
      SECRET_KEYS.has(key) && typeof value === "string" ? { [SEALED]: this.#seal(value) } : value,
    );
  }

  /** The thing with its secret fields readable, for a dbt child alone. */
  openFields(body: JsonRecord): JsonRecord {
    return mapFields(body, (_key, value) => {
      const sealed = isRecord(value) ? readText(value[SEALED]) : null;
      return sealed === null ? value : this.#open(sealed);
    });
  }

  #seal(text: string): string {
    const nonce = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", this.#key, nonce);
    const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString("base64");
  }

  #open(sealed: string): string {
    const bytes = Buffer.from(sealed, "base64");
    const decipher = createDecipheriv("aes-256-gcm", this.#key, bytes.subarray(0, 12));
    decipher.setAuthTag(bytes.subarray(12, 28));
    return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString("utf8");
  }
}

/** The thing without its secret fields, for everybody who asks. */
export function hideSecrets(body: JsonRecord): JsonRecord {
  const shown = Object.entries(body).filter(([key]) => !SECRET_KEYS.has(key));
  return Object.fromEntries(
    shown.map(([key, value]) => [key, isRecord(value) ? hideSecrets(value) : value]),
  );
}

function mapFields(body: JsonRecord, change: (key: string, value: unknown) => unknown): JsonRecord {
  return Object.fromEntries(
    Object.entries(body).map(([key, value]) => {
      const changed = change(key, value);
      return [key, changed === value && isRecord(value) ? mapFields(value, change) : changed];
    }),
  );
}

/** Opens the box with the key of this data folder, made at the first start. */
export async function openSecretBox(dataDir: string): Promise<SecretBox> {
  const file = join(dataDir, "secret.key");
  await mkdir(dataDir, { recursive: true });
  return new SecretBox(await makeOnce(file, randomBytes(32)));
}
