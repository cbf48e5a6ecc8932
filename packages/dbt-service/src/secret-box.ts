import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { isRecord, type JsonRecord, readText } from "@airloom/dbt-cloud/contract";
import { ApiError } from "./api-error.ts";
import { isSecretAt } from "./domain/adapter.ts";
import { makeOnce } from "./make-once.ts";

/** Keys of a sealed text, and of anything else sealed as JSON, which keeps the order of its keys. */
const SEALED = "$sealed";
const SEALED_JSON = "$sealed_json";

/** Encrypts the secret fields of what people configure (AES-256-GCM, a nonce per value). */
export class SecretBox {
  readonly #key: Buffer;

  constructor(key: Buffer) {
    this.#key = key;
  }

  /** The thing with its secret fields sealed; which they are, its kind says. */
  seal(kind: string, body: JsonRecord): JsonRecord {
    return mapFields(body, [], (path, value) => {
      if (value === null || !isSecretAt(kind, body, path)) {
        if (!isSealed(value)) return value;
        throw new ApiError(400, `Cannot save "${path.join(".")}": it looks like a sealed value`);
      }
      return typeof value === "string"
        ? { [SEALED]: this.#seal(value) }
        : { [SEALED_JSON]: this.#seal(JSON.stringify(value)) };
    });
  }

  /** The thing with its secret fields readable, for a dbt child and for those who may change it. */
  open(body: JsonRecord): JsonRecord {
    return mapFields(body, [], (_path, value) => {
      if (!isRecord(value)) return value;
      const text = readText(value[SEALED]);
      if (text !== null) return this.#open(text);
      const json = readText(value[SEALED_JSON]);
      return json === null ? value : JSON.parse(this.#open(json));
    });
  }

  /** Every text that is sealed in a thing. */
  listTexts(body: JsonRecord): readonly string[] {
    const texts: string[] = [];
    mapFields(body, [], (_path, value) => {
      if (isSealed(value)) texts.push(...listTextsOf(Object.values(this.open({ value }))));
      return value;
    });
    return texts;
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

// A number can be a password too.
function listTextsOf(value: unknown): readonly string[] {
  if (typeof value === "number") return [String(value)];
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(listTextsOf);
}

function isSealed(value: unknown): boolean {
  return isRecord(value) && (SEALED in value || SEALED_JSON in value);
}

/** The thing without what is sealed in it, for everybody who asks. */
export function hideSecrets(body: JsonRecord): JsonRecord {
  const shown = Object.entries(body).filter(([, value]) => !isSealed(value));
  return Object.fromEntries(
    shown.map(([key, value]) => [key, isRecord(value) ? hideSecrets(value) : value]),
  );
}

type Change = (path: readonly string[], value: unknown) => unknown;

function mapFields(body: JsonRecord, place: readonly string[], change: Change): JsonRecord {
  return Object.fromEntries(
    Object.entries(body).map(([key, value]) => {
      const path = [...place, key];
      const changed = change(path, value);
      return [key, changed === value && isRecord(value) ? mapFields(value, path, change) : changed];
    }),
  );
}

/** Opens the box with the key of this data folder, made at the first start. */
export async function openSecretBox(dataDir: string): Promise<SecretBox> {
  const file = join(dataDir, "secret.key");
  await mkdir(dataDir, { recursive: true });
  return new SecretBox(await makeOnce(file, randomBytes(32)));
}
