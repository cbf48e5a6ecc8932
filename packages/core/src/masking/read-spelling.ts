/** How often a text may have been encoded once more, such as JSON inside of JSON. */
const PERCENT = /%(?:25){0,4}(?<byte>[0-9a-f]{2})/iy;
const ENTITY = /&(?:amp;){0,4}(?:#(?<code>\d{1,7})|#x(?<hex>[0-9a-f]{1,6})|(?<name>[a-z]{2,4}));/iy;
const ESCAPE =
  /\\+(?:u(?<unit>[0-9a-f]{4})|u\{(?<point>[0-9a-f]{1,6})\}|u(?<long>[0-9a-f]{8})|x(?<byte>[0-9a-f]{2}))/iy;

const ENTITY_NAMES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};
const CONTROLS: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
  b: "\b",
  f: "\f",
  v: "\v",
  a: "\x07",
};
/** A quote in SQL, and in a word of a shell. */
const QUOTES = ["''", String.raw`'\''`, `'"'"'`];

/** The most characters in which one character of a secret is ever spelled. */
export const LONGEST_SPELLING = 40;

/** What a spelling of another character begins with. */
export const OPENINGS = "%&'+\\";

/** The two characters with which a spelling of a character may begin; `undefined` is any. */
export function startsOf(character: string): readonly (readonly [string, string | undefined])[] {
  const bytes = [
    ...new TextEncoder().encode(character),
    ...new TextEncoder().encode(character.toUpperCase()),
  ];
  const nibbles = ["2", ...bytes.map((byte) => byte.toString(16).padStart(2, "0").charAt(0))];
  const controls = Object.keys(CONTROLS).filter((letter) => CONTROLS[letter] === character);
  return [
    ...nibbles.map((nibble) => ["%", nibble] as const),
    ...["#", "a", "l", "g", "q"].map((letter) => ["&", letter] as const),
    ...["\\", "u", "x", character, ...controls].map((letter) => ["\\", letter] as const),
    ...(character === " " ? [["+", undefined] as const] : []),
    ...(character === "'" ? [["'", undefined] as const] : []),
  ];
}

/** One character that a place of a text may spell, and where its spelling ends. */
export interface Read {
  readonly character: string;
  readonly end: number;
}

/**
 * What the characters at a place may stand for beside themselves: quoted by JSON, Python, SQL or a shell; in an address
 * or in HTML; each of them encoded once or more. There may be several: `%25` is a per cent sign that was encoded, or
 * one that was not.
 */
export function readSpellings(text: string, at: number): readonly Read[] {
  switch (text.charCodeAt(at)) {
    case 0x25:
      return known(readBytes(text, at, PERCENT));
    case 0x26:
      return known(readEntity(text, at));
    case 0x27:
      return QUOTES.filter((quote) => text.startsWith(quote, at)).map((quote) => ({
        character: "'",
        end: at + quote.length,
      }));
    case 0x2b:
      return [{ character: " ", end: at + 1 }];
    case 0x5c:
      return readEscape(text, at);
    default:
      return [];
  }
}

/** With backslashes in front: one of a quote, more of a quote in quotes. */
function readEscape(text: string, at: number): readonly Read[] {
  let end = at;
  while (text.charCodeAt(end) === 0x5c) end += 1;
  const point = text.codePointAt(end);
  if (point === undefined) return [];
  const character = String.fromCodePoint(point);
  const control = CONTROLS[character];
  const reads = [{ character, end: end + character.length }];
  if (control !== undefined) reads.push({ character: control, end: end + 1 });
  if (/^[ux]$/iu.test(character)) {
    reads.push(...known(readUnits(text, at)), ...known(readBytes(text, at, ESCAPE)));
  }
  return reads;
}

function known(read: Read | undefined): readonly Read[] {
  return read === undefined ? [] : [read];
}

/** A character as the bytes of its UTF-8; a byte that begins none is a character of Latin-1. */
function readBytes(text: string, at: number, pattern: RegExp): Read | undefined {
  const bytes: number[] = [];
  const ends: number[] = [];
  let end = at;
  for (let left = 1; left > 0; left -= 1) {
    const found = execAt(pattern, text, end);
    const hex = found?.groups?.["byte"];
    if (found === null || hex === undefined) break;
    const byte = Number.parseInt(hex, 16);
    if (bytes.length === 0) left = lengthOf(byte);
    bytes.push(byte);
    end += found[0].length;
    ends.push(end);
  }
  const [first] = bytes;
  if (first === undefined) return undefined;
  if (bytes.length === lengthOf(first)) return { character: decodeUtf8(bytes), end };
  return { character: String.fromCharCode(first), end: ends[0] ?? end };
}

function lengthOf(byte: number): number {
  if (byte >= 0xf0) return 4;
  if (byte >= 0xe0) return 3;
  return byte >= 0xc2 ? 2 : 1;
}

function decodeUtf8(bytes: readonly number[]): string {
  return new TextDecoder().decode(Uint8Array.from(bytes));
}

/** A character as `\u…`, two of them for one beyond the first plane. */
function readUnits(text: string, at: number): Read | undefined {
  const found = execAt(ESCAPE, text, at);
  const { unit, point, long } = found?.groups ?? {};
  if (found === null) return undefined;
  const end = at + found[0].length;
  const whole = point ?? long;
  if (whole !== undefined) return { character: fromCode(Number.parseInt(whole, 16)), end };
  if (unit === undefined) return undefined;
  const first = Number.parseInt(unit, 16);
  const next = first >= 0xd800 && first < 0xdc00 ? execAt(ESCAPE, text, end) : null;
  const second = next?.groups?.["unit"];
  if (next === null || second === undefined) return { character: String.fromCharCode(first), end };
  const character = String.fromCharCode(first, Number.parseInt(second, 16));
  return { character, end: end + next[0].length };
}

function readEntity(text: string, at: number): Read | undefined {
  const found = execAt(ENTITY, text, at);
  const { code, hex, name } = found?.groups ?? {};
  if (found === null) return undefined;
  const end = at + found[0].length;
  if (code !== undefined) return { character: fromCode(Number(code)), end };
  if (hex !== undefined) return { character: fromCode(Number.parseInt(hex, 16)), end };
  const character = ENTITY_NAMES[name?.toLowerCase() ?? ""];
  return character === undefined ? undefined : { character, end };
}

function execAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function fromCode(code: number): string {
  return code <= 0x10_ff_ff ? String.fromCodePoint(code) : "";
}
