import type { Connection } from "@airloom/core";

/** Shorter values are words of every log; hiding them would only make it unreadable. */
const MIN_LENGTH = 4;
const MASK = "***";
const SECRET_KEY = /pass|secret|token|key|credential|private|auth/iu;

/** Hides secrets in text, however they are written: plain, in JSON, in an address, in base64 or hex. */
export class SecretMask {
  readonly #forms = new Set<string>();
  #pattern: RegExp | undefined;

  add(secret: string): void {
    const before = this.#forms.size;
    for (const form of formsOf(secret)) this.#forms.add(form);
    if (this.#forms.size === before) return;
    // Longest first: a form that contains another one is hidden as a whole.
    const forms = [...this.#forms].toSorted((a, b) => b.length - a.length);
    this.#pattern = new RegExp(forms.map((form) => RegExp.escape(form)).join("|"), "gu");
  }

  /** Adds what is secret in a connection: its password, and the values of secret-looking keys of its extra. */
  addConnection(connection: Connection): void {
    if (connection.password !== null) this.add(connection.password);
    for (const secret of secretsOf(parseExtra(connection.extra), false)) this.add(secret);
  }

  mask(text: string): string {
    return this.#pattern === undefined ? text : text.replace(this.#pattern, MASK);
  }

  /** Masks every text inside of a value; dates and numbers stay. */
  maskShown<T>(value: T): T {
    return this.#pattern === undefined ? value : (this.#maskValue(value) as T);
  }

  #maskValue(value: unknown): unknown {
    if (typeof value === "string") return this.mask(value);
    if (typeof value !== "object" || value === null || value instanceof Date) return value;
    if (Array.isArray(value)) return value.map((item) => this.#maskValue(item));
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, this.#maskValue(item)]),
    );
  }
}

function formsOf(secret: string): readonly string[] {
  const texts = [secret, ...secret.split(/\r?\n/u).map((line) => line.trim())];
  return texts.filter((text) => text.length >= MIN_LENGTH).flatMap(encodingsOf);
}

function encodingsOf(text: string): readonly string[] {
  const bytes = Buffer.from(text);
  const forms = [
    text,
    JSON.stringify(text).slice(1, -1),
    JSON.stringify(JSON.stringify(text).slice(1, -1)).slice(1, -1),
    text.isWellFormed() ? encodeURIComponent(text) : text,
    new URLSearchParams({ "": text }).toString().slice(1),
    bytes.toString("hex"),
    bytes.toString("hex").toUpperCase(),
    ...[0, 1, 2].flatMap((offset) => base64At(bytes, offset)),
  ];
  return forms.filter((form) => form.length >= MIN_LENGTH);
}

/** What of the text shows in the base64 of a longer text in which it begins `offset` bytes after a group of three. */
function base64At(bytes: Buffer, offset: number): readonly string[] {
  const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
  const start = offset === 0 ? 0 : offset + 1;
  const end = Math.floor(((offset + bytes.length) * 8) / 6);
  const inner = encoded.slice(start, end);
  // Too short to mean this secret and no other text.
  if (inner.length < 6) return [];
  return [inner, inner.replaceAll("+", "-").replaceAll("/", "_")];
}

function parseExtra(extra: string | null): unknown {
  try {
    return extra === null ? null : JSON.parse(extra);
  } catch {
    return null;
  }
}

function secretsOf(value: unknown, isSecret: boolean): readonly string[] {
  if (typeof value === "string") return isSecret ? [value] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    secretsOf(item, isSecret || SECRET_KEY.test(key)),
  );
}
