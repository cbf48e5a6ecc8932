import type { Connection } from "../ports/config-store.ts";
import { encodeSecret } from "./encode-secret.ts";
import { secretsOfConnection } from "./find-secrets.ts";
import { findEnd, splitSecret } from "./hidden-form.ts";
import { LONGEST_SPELLING, OPENINGS, readSpellings, startsOf } from "./read-spelling.ts";

/** Shorter values are words of every log; hiding them would only make it unreadable. */
const MIN_LENGTH = 4;
/** Longer spellings are not waited for where a text has to be cut. */
const MAX_HELD = 65_536;
const ASCII = 128;
const BACKSLASH = 0x5c;

/** Hides secrets in text, however they are written: quoted, in an address, in HTML, in base64 or hex, in any case. */
export class SecretMask {
  readonly #mark: string;
  readonly #known = new Set<string>();
  /** Which two characters a secret may begin with: rules out nearly every place of a text at the cost of a look. */
  readonly #starts = new Uint8Array(ASCII * ASCII);
  /** Secrets in their characters, by the first of them. */
  readonly #secrets = new Map<string, (readonly string[])[]>();
  readonly #encoded = new Set<string>();
  #encodedPattern: RegExp | undefined;
  #longest = 0;

  /** `mark` stands where a secret stood. */
  constructor(mark = "***") {
    this.#mark = mark;
  }

  add(secret: string): void {
    if (this.#known.has(secret)) return;
    this.#known.add(secret);
    const texts = [secret, ...secret.split(/\r?\n/u).map((line) => line.trim())];
    for (const text of texts) if (text.length >= MIN_LENGTH) this.#learn(text);
  }

  /** Adds what is secret in a connection: password, user info of addresses, and what its extra says is secret. */
  addConnection(connection: Connection): void {
    for (const secret of secretsOfConnection(connection)) this.add(secret);
  }

  mask(text: string): string {
    const places = this.#find(text);
    if (places.length === 0) return text;
    let masked = "";
    let from = 0;
    for (const [start, end] of places) {
      masked += text.slice(from, start) + this.#mark;
      from = end;
    }
    return masked + text.slice(from);
  }

  /**
   * Where a text that goes on can be cut without leaving a secret in two pieces: before the longest beginning of a
   * secret that may still be coming, and not inside of one that is there.
   */
  findCut(text: string): number {
    const cut = Math.max(0, text.length - Math.min(this.#longest, MAX_HELD));
    const inside = this.#find(text).find(([start, end]) => start < cut && cut < end);
    return inside?.[1] ?? cut;
  }

  /** Masks every text inside of a value, names of fields too; dates and numbers stay. */
  maskShown<T>(value: T): T {
    return this.#known.size === 0 ? value : (this.#maskValue(value) as T);
  }

  #maskValue(value: unknown): unknown {
    if (typeof value === "string") return this.mask(value);
    if (typeof value !== "object" || value === null || value instanceof Date) return value;
    if (Array.isArray(value)) return value.map((item) => this.#maskValue(item));
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [this.mask(key), this.#maskValue(item)]),
    );
  }

  #learn(text: string): void {
    const characters = splitSecret(text);
    const [first = "", second = ""] = characters;
    const key = keyOf(first);
    this.#secrets.set(key, [...(this.#secrets.get(key) ?? []), characters]);
    const isPair = key.length === 1 && isPlain(second);
    for (const next of isPair ? [second, ...Array.from(OPENINGS)] : [undefined])
      this.#noteStart(key, next);
    for (const [opening, next] of startsOf(key)) this.#noteStart(opening, next);
    for (const source of encodeSecret(text)) this.#encoded.add(source);
    this.#encodedPattern = undefined;
    const length = new TextEncoder().encode(text).length * LONGEST_SPELLING;
    this.#longest = Math.max(this.#longest, length);
  }

  #noteStart(first: string, second: string | undefined): void {
    const row = foldCode(first.charCodeAt(0)) * ASCII;
    if (second === undefined) this.#starts.fill(1, row, row + ASCII);
    else this.#starts[row + foldCode(second.charCodeAt(0))] = 1;
  }

  #find(text: string): readonly Place[] {
    if (this.#secrets.size === 0) return [];
    const encoded = this.#findEncoded(text);
    const spelled = this.#findSpelled(text);
    if (encoded.length === 0) return spelled;
    return mergePlaces([...encoded, ...spelled].toSorted(([a], [b]) => a - b));
  }

  #findEncoded(text: string): readonly Place[] {
    this.#encodedPattern ??= new RegExp([...this.#encoded].join("|"), "gi");
    const places: Place[] = [];
    this.#encodedPattern.lastIndex = 0;
    for (;;) {
      const found = this.#encodedPattern.exec(text);
      if (found === null) return places;
      places.push([found.index, found.index + found[0].length]);
    }
  }

  #findSpelled(text: string): readonly Place[] {
    const starts = this.#starts;
    const places: Place[] = [];
    let row = foldCode(text.charCodeAt(0)) * ASCII;
    for (let at = 1; at < text.length; at += 1) {
      const code = foldCode(text.charCodeAt(at));
      const isStart = starts[row + code] === 1;
      row = code * ASCII;
      if (!isStart) continue;
      const end = this.#findEnd(text, at - 1);
      if (end === 0) continue;
      places.push([at - 1, end]);
      at = end;
      row = foldCode(text.charCodeAt(at)) * ASCII;
    }
    return places;
  }

  /** Where the longest secret ends that begins here; 0 when none does. */
  #findEnd(text: string, at: number): number {
    // Backslashes that follow each other are looked at from the first of them.
    if (text.charCodeAt(at) === BACKSLASH && text.charCodeAt(at - 1) === BACKSLASH) return 0;
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0).toLowerCase();
    let longest = 0;
    for (const characters of this.#secrets.get(character) ?? []) {
      longest = Math.max(longest, findEnd(characters, text, { at }));
    }
    for (const first of readSpellings(text, at)) {
      for (const characters of this.#secrets.get(first.character.toLowerCase()) ?? []) {
        longest = Math.max(longest, findEnd(characters, text, { at, first }));
      }
    }
    return longest;
  }
}

type Place = readonly [start: number, end: number];

/** Places in order, those that touch each other as one. */
function mergePlaces(places: readonly Place[]): readonly Place[] {
  const merged: [number, number][] = [];
  for (const [start, end] of places) {
    const last = merged.at(-1);
    if (last !== undefined && start < last[1]) last[1] = Math.max(last[1], end);
    else merged.push([start, end]);
  }
  return merged;
}

/** By what a secret is looked for: its first character, of several backslashes one. */
function keyOf(first: string): string {
  return first.startsWith("\\") ? "\\" : first;
}

function isPlain(character: string): boolean {
  return /^[A-Za-z0-9]$/u.test(character);
}

/** A small letter for a large one; everything beyond ASCII is one. */
function foldCode(code: number): number {
  return LOWER[code] ?? ASCII - 1;
}

const LOWER = Uint8Array.from({ length: 65_536 }, (_, code) =>
  code >= ASCII ? ASCII - 1 : code >= 65 && code <= 90 ? code + 32 : code,
);
