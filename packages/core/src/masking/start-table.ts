import { ANY, type Start } from "./starts-of-secret.ts";

const ASCII = 128;
const HASHES = 65_536;
/** How far apart the bits lie of what is certain after three characters, and what needs a look at the fourth. */
const UNSURE = 4;
const KINDS = 15;
const ALL = Array.from({ length: ASCII }, (_, code) => code);

/** Where secrets may begin: rules out nearly every place of a text at the cost of one look, most others with a second. */
export class StartTable {
  /** By the first two characters. */
  readonly #pairs = new Uint8Array(ASCII * ASCII);
  readonly #threes = new Uint8Array(HASHES);
  readonly #fours = new Uint8Array(HASHES);

  /** Notes the first four characters of something: `kind` is one of four bits. */
  note(kind: number, [first = ANY, second = ANY, third = ANY, fourth = ANY]: Start): void {
    for (const one of codesOf(first)) {
      for (const two of codesOf(second)) {
        add(this.#pairs, kind, one * ASCII + two);
        for (const three of codesOf(third)) {
          const hashed = hash(hash(one, two), three);
          add(this.#threes, fourth === ANY ? kind : kind << UNSURE, hashed);
          if (fourth !== ANY) add(this.#fours, kind, hash(hashed, foldCode(fourth.charCodeAt(0))));
        }
      }
    }
  }

  /** Calls back with the places where something may begin, and the kinds of it. */
  forEachStart(text: string, use: (at: number, kinds: number) => void): void {
    let second = foldCode(text.charCodeAt(0));
    for (let at = 0; at <= text.length - 4; at += 1) {
      const first = second;
      second = foldCode(text.charCodeAt(at + 1));
      if (this.#pairs[first * ASCII + second] === 0) continue;
      const hashed = hash(hash(first, second), foldCode(text.charCodeAt(at + 2)));
      const three = this.#threes[hashed] ?? 0;
      if (three === 0) continue;
      const four = this.#fours[hash(hashed, foldCode(text.charCodeAt(at + 3)))] ?? 0;
      const kinds = (three & KINDS) | ((three >> UNSURE) & four);
      if (kinds !== 0) use(at, kinds);
    }
  }
}

function add(table: Uint8Array, kind: number, at: number): void {
  table[at] = (table[at] ?? 0) | kind;
}

function codesOf(character: string): readonly number[] {
  return character === ANY ? ALL : [foldCode(character.charCodeAt(0))];
}

function hash(before: number, code: number): number {
  return (before * 37 + code) % HASHES;
}

/** A small letter for a large one; everything beyond ASCII is one. */
function foldCode(code: number): number {
  return LOWER[code] ?? ASCII - 1;
}

const LOWER = Uint8Array.from({ length: 65_536 }, (_, code) =>
  code >= ASCII ? ASCII - 1 : code >= 65 && code <= 90 ? code + 32 : code,
);
