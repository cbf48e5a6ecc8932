import type { Connection } from "../ports/config-store.ts";
import { encodeSecret, findEncodedEnd, formsOf } from "./encode-secret.ts";
import { secretsOfConnection } from "./find-secrets.ts";
import { findEnd, splitSecret } from "./hidden-form.ts";
import { LONGEST_SPELLING, readSpellings, toSmall } from "./read-spelling.ts";
import { StartTable } from "./start-table.ts";
import { LOOKED_AT, startsOfEncoded, startsOfSpelled } from "./starts-of-secret.ts";

/** Shorter values are words of every log; hiding them would only make it unreadable. */
const MIN_LENGTH = LOOKED_AT;
/** Longer spellings are not waited for where a text has to be cut. */
const MAX_HELD = 65_536;
/** The two kinds of places in a text: spelled character by character, and in hex or base64. */
const SPELLED = 1;
const ENCODED = 2;
const BACKSLASH = 0x5c;

/** Hides secrets in text, however they are written: quoted, in an address, in HTML, in base64 or hex, in any case. */
export class SecretMask {
  readonly #mark: string;
  readonly #known = new Set<string>();
  readonly #starts = new StartTable();
  /** Secrets in their characters, by the first of them. */
  readonly #secrets = new Map<string, (readonly string[])[]>();
  /** The same in hex and base64, by the first character that stands there. */
  readonly #encoded = new Map<string, readonly string[]>();
  #longest = 0;

  /** `mark` stands where a secret stood. */
  constructor(mark = "***") {
    this.#mark = mark;
  }

  add(secret: string): void {
    if (this.#known.has(secret)) return;
    this.#known.add(secret);
    const texts = new Set([secret, ...secret.split(/\r?\n/u).map((line) => line.trim())]);
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
    const key = keyOf(characters[0] ?? "");
    addTo(this.#secrets, key, characters);
    for (const start of startsOfSpelled(characters)) this.#starts.note(SPELLED, start);
    for (const encoded of encodeSecret(text)) this.#learnEncoded(encoded);
    const length = new TextEncoder().encode(text).length * LONGEST_SPELLING;
    this.#longest = Math.max(this.#longest, length);
  }

  #learnEncoded(encoded: string): void {
    for (const start of startsOfEncoded(encoded)) this.#starts.note(ENCODED, start);
    for (const [first = ""] of formsOf(encoded.charAt(0))) addTo(this.#encoded, first, encoded);
  }

  #find(text: string): readonly Place[] {
    if (this.#secrets.size === 0) return [];
    const spelled: Place[] = [];
    const encoded: Place[] = [];
    this.#starts.forEachStart(text, (at, kinds) => {
      if ((kinds & SPELLED) !== 0 && isFree(spelled, at)) {
        addPlace(spelled, at, this.#findEnd(text, at));
      }
      if ((kinds & ENCODED) !== 0 && isFree(encoded, at)) {
        addPlace(encoded, at, this.#findEncodedEnd(text, at));
      }
    });
    if (encoded.length === 0) return spelled;
    return mergePlaces([...encoded, ...spelled].toSorted(([a], [b]) => a - b));
  }

  /** Where the longest secret ends that begins here; 0 when none does. */
  #findEnd(text: string, at: number): number {
    // Backslashes that follow each other are looked at from the first of them.
    if (text.charCodeAt(at) === BACKSLASH && text.charCodeAt(at - 1) === BACKSLASH) return 0;
    let longest = 0;
    const character = toSmall(String.fromCodePoint(text.codePointAt(at) ?? 0));
    for (const characters of this.#secrets.get(character) ?? []) {
      longest = Math.max(longest, findEnd(characters, text, { at }));
    }
    for (const first of readSpellings(text, at)) {
      for (const characters of this.#secrets.get(toSmall(first.character)) ?? []) {
        // A backslash may be the first of several, each spelled for itself.
        const known = first.character === "\\" ? { at } : { at, first };
        longest = Math.max(longest, findEnd(characters, text, known));
      }
    }
    return longest;
  }

  #findEncodedEnd(text: string, at: number): number {
    let longest = 0;
    for (const encoded of this.#encoded.get(text.charAt(at).toLowerCase()) ?? []) {
      longest = Math.max(longest, findEncodedEnd(encoded, text, at));
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

/** Whether no place that was found reaches over this one. */
function isFree(places: readonly Place[], at: number): boolean {
  return at >= (places.at(-1)?.[1] ?? 0);
}

function addPlace(places: Place[], at: number, end: number): void {
  if (end !== 0) places.push([at, end]);
}

function addTo<T>(lists: Map<string, readonly T[]>, key: string, item: T): void {
  lists.set(key, [...(lists.get(key) ?? []), item]);
}
