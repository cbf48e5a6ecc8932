import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { AirloomError } from "@airloom/core";

/** One key of the ring. The first key of a ring encrypts; every key of it decrypts what it once encrypted. */
export interface SecretKey {
  /** Kept beside each ciphertext, so that a ring can be turned. */
  readonly id: string;
  /** 32 bytes. */
  readonly bytes: Uint8Array;
}

const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Makes a new key, as the text in which keys are kept and given to `parseSecretKeys`. */
export function createSecretKey(): string {
  return randomBytes(KEY_BYTES).toString("base64url");
}

/** Reads a key ring: keys as base64 text with commas between, the one that encrypts first. */
export function parseSecretKeys(text: string): readonly SecretKey[] {
  const keys = text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map((part, at) => parseKey(part, at));
  if (keys.length === 0) throw keyError("there is none");
  return keys;
}

// The key itself is never quoted.
function parseKey(text: string, at: number): SecretKey {
  const bytes = Buffer.from(text, "base64url");
  if (bytes.length !== KEY_BYTES) {
    throw keyError(`key ${at + 1} has ${bytes.length} bytes`);
  }
  return { id: createHash("sha256").update(bytes).digest("hex").slice(0, 8), bytes };
}

function keyError(reason: string): AirloomError {
  return new AirloomError(
    "project.bad_config",
    `Cannot read the secret keys: ${reason}; expected one or more keys of ${KEY_BYTES} bytes as base64 with commas between`,
  );
}

/**
 * Encrypts and decrypts texts at rest with AES-256-GCM.
 *
 * Every ciphertext is bound to its place: moved to another row or column it no longer decrypts.
 */
export class SecretBox {
  readonly #current: SecretKey;
  readonly #keys: ReadonlyMap<string, SecretKey>;

  constructor(keys: readonly SecretKey[]) {
    const [current] = keys;
    if (current === undefined) throw keyError("there is none");
    this.#current = current;
    this.#keys = new Map(keys.map((key) => [key.id, key]));
  }

  seal(text: string, place: string): string {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv("aes-256-gcm", this.#current.bytes, iv);
    cipher.setAAD(Buffer.from(place));
    const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
    const sealed = Buffer.concat([iv, cipher.getAuthTag(), body]);
    return `v1:${this.#current.id}:${sealed.toString("base64")}`;
  }

  unseal(sealed: string, place: string): string {
    const [version, keyId = "", body = ""] = sealed.split(":");
    const key = this.#keys.get(keyId);
    if (version !== "v1" || key === undefined) {
      throw unsealError(
        place,
        `it was encrypted with key "${keyId}", which is not in the key ring`,
      );
    }
    const bytes = Buffer.from(body, "base64");
    const decipher = createDecipheriv("aes-256-gcm", key.bytes, bytes.subarray(0, IV_BYTES));
    decipher.setAAD(Buffer.from(place));
    decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    try {
      const text = decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES));
      return Buffer.concat([text, decipher.final()]).toString("utf8");
    } catch (cause) {
      throw unsealError(place, "it was changed after it had been encrypted", cause);
    }
  }
}

function unsealError(place: string, reason: string, cause?: unknown): AirloomError {
  return new AirloomError("secret.unreadable", `Cannot decrypt ${place}: ${reason}`, { cause });
}
