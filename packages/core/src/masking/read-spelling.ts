/** How often a text may have been encoded once more, such as JSON inside of JSON. */
const MAX_LEVELS = 4;

const ENTITY_NAMES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};
/** What a letter behind a backslash stands for. */
export const CONTROLS: Readonly<Record<string, string>> = {
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

/** Whether a spelling of another character may begin with this one. */
export function isOpening(code: number): boolean {
  return code === 0x25 || code === 0x26 || code === 0x27 || code === 0x2b || code === BACKSLASH;
}

const BACKSLASH = 0x5c;
const SEMICOLON = 0x3b;
const DECODER = new TextDecoder();

/** A small letter, where it is as long as the large one. */
export function toSmall(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x80 && character.length === 1) {
    return code >= 0x41 && code <= 0x5a ? character.toLowerCase() : character;
  }
  const small = character.toLowerCase();
  return small.length === character.length ? small : character;
}

/** One character that a place of a text may spell, and where its spelling ends. */
export interface Read {
  readonly character: string;
  readonly end: number;
}

const NOTHING: readonly Read[] = [];

/**
 * What the characters at a place may stand for beside themselves: quoted by JSON, Python, SQL or a shell; in an address
 * or in HTML; each of them encoded once or more. There may be several: `%25` is a per cent sign that was encoded, or
 * one that was not. Written without regular expressions: a log may consist of nothing else.
 */
export function readSpellings(text: string, at: number): readonly Read[] {
  switch (text.charCodeAt(at)) {
    case 0x25:
      return known(readCharacter(text, at, readPercent));
    case 0x26:
      return known(readEntity(text, at));
    case 0x27:
      return QUOTES.filter((quote) => text.startsWith(quote, at)).map((quote) => ({
        character: "'",
        end: at + quote.length,
      }));
    case 0x2b:
      return [{ character: " ", end: at + 1 }];
    case BACKSLASH:
      return readEscape(text, at);
    default:
      return NOTHING;
  }
}

function known(read: Read | undefined): readonly Read[] {
  return read === undefined ? NOTHING : [read];
}

/** A number that a place of a text spells, and where it ends. */
interface Code {
  readonly code: number;
  readonly end: number;
}

/** With backslashes in front: one of a quote, more of a quote in quotes. */
function readEscape(text: string, at: number): readonly Read[] {
  const end = skipBackslashes(text, at);
  const point = text.codePointAt(end);
  if (point === undefined) return NOTHING;
  const character = String.fromCodePoint(point);
  const control = CONTROLS[character];
  const reads = [{ character, end: end + character.length }];
  if (control !== undefined) reads.push({ character: control, end: end + 1 });
  if (isLetter(text, end, "u")) reads.push(...readUnits(text, end + 1));
  if (isLetter(text, end, "x")) reads.push(...known(readCharacter(text, at, readByteEscape)));
  return reads;
}

/** A character as the bytes of its UTF-8; a byte that begins none is a character of Latin-1. */
function readCharacter(
  text: string,
  at: number,
  readByte: (text: string, at: number) => Code | undefined,
): Read | undefined {
  const first = readByte(text, at);
  if (first === undefined) return undefined;
  const latin: Read = { character: String.fromCharCode(first.code), end: first.end };
  const length = lengthOf(first.code);
  if (length === 1) return latin;
  const bytes = new Uint8Array(length);
  bytes[0] = first.code;
  let { end } = first;
  for (let index = 1; index < length; index += 1) {
    const next = readByte(text, end);
    if (next === undefined) return latin;
    bytes[index] = next.code;
    ({ end } = next);
  }
  return { character: DECODER.decode(bytes), end };
}

function lengthOf(byte: number): number {
  if (byte >= 0xf0) return 4;
  if (byte >= 0xe0) return 3;
  return byte >= 0xc2 ? 2 : 1;
}

/** `%2f`, and with each level of encoding `25` after the per cent sign. */
function readPercent(text: string, at: number): Code | undefined {
  if (text.charCodeAt(at) !== 0x25) return undefined;
  let end = at + 1;
  for (let level = 0; level < MAX_LEVELS && text.startsWith("25", end); level += 1) end += 2;
  const code = parseHex(text, end, 2);
  if (code >= 0) return { code, end: end + 2 };
  // The last `25` is no level then, but a per cent sign.
  return end === at + 1 ? undefined : { code: 0x25, end };
}

/** `\x2f` */
function readByteEscape(text: string, at: number): Code | undefined {
  const letter = skipBackslashes(text, at);
  if (letter === at || !isLetter(text, letter, "x")) return undefined;
  const code = parseHex(text, letter + 1, 2);
  return code < 0 ? undefined : { code, end: letter + 3 };
}

/** After `\u`: four digits, eight, or some in braces; a pair of surrogates for what is beyond the first plane. */
function readUnits(text: string, at: number): readonly Read[] {
  if (text.charAt(at) === "{") {
    const digits = countHex(text, at + 1, 6);
    const end = at + 1 + digits;
    if (digits === 0 || text.charAt(end) !== "}") return NOTHING;
    return [{ character: fromCode(parseHex(text, at + 1, digits)), end: end + 1 }];
  }
  const unit = parseHex(text, at, 4);
  if (unit < 0) return NOTHING;
  const long = unit > 0x10 ? -1 : parseHex(text, at, 8);
  const point = long < 0 ? "" : fromCode(long);
  const reads = point === "" ? [] : [{ character: point, end: at + 8 }];
  const pair = unit >= 0xd800 && unit < 0xdc00 ? readUnitEscape(text, at + 4) : undefined;
  const character =
    pair === undefined ? String.fromCharCode(unit) : String.fromCharCode(unit, pair.code);
  return [...reads, { character, end: pair?.end ?? at + 4 }];
}

function readUnitEscape(text: string, at: number): Code | undefined {
  const letter = skipBackslashes(text, at);
  if (letter === at || !isLetter(text, letter, "u")) return undefined;
  const code = parseHex(text, letter + 1, 4);
  return code < 0 ? undefined : { code, end: letter + 5 };
}

/** `&#47;`, `&#x2f;` and `&lt;`, and with each level of encoding `amp;` after the ampersand. */
function readEntity(text: string, at: number): Read | undefined {
  let start = at + 1;
  for (let level = 0; level < MAX_LEVELS && isAmp(text, start); level += 1) start += 4;
  const read = text.charAt(start) === "#" ? readNumber(text, start + 1) : readName(text, start);
  if (read !== undefined) return read;
  // The last `amp;` is no level then, but an ampersand.
  return start === at + 1 ? undefined : { character: "&", end: start };
}

function isAmp(text: string, at: number): boolean {
  return text.charCodeAt(at + 3) === SEMICOLON && text.slice(at, at + 3).toLowerCase() === "amp";
}

function readNumber(text: string, at: number): Read | undefined {
  const isHex = isLetter(text, at, "x");
  const start = isHex ? at + 1 : at;
  let end = start;
  while (end - start < 7 && text.charCodeAt(end) !== SEMICOLON) end += 1;
  const digits = text.slice(start, end);
  if (text.charCodeAt(end) !== SEMICOLON) return undefined;
  if (!(isHex ? /^[0-9a-f]{1,6}$/iu : /^[0-9]{1,7}$/u).test(digits)) return undefined;
  return { character: fromCode(Number.parseInt(digits, isHex ? 16 : 10)), end: end + 1 };
}

function readName(text: string, at: number): Read | undefined {
  let end = at;
  while (end - at < 4 && text.charCodeAt(end) !== SEMICOLON) end += 1;
  if (text.charCodeAt(end) !== SEMICOLON) return undefined;
  const character = ENTITY_NAMES[text.slice(at, end).toLowerCase()];
  return character === undefined ? undefined : { character, end: end + 1 };
}

function skipBackslashes(text: string, at: number): number {
  let end = at;
  while (text.charCodeAt(end) === BACKSLASH) end += 1;
  return end;
}

/** Whether a letter stands at a place, large or small. */
function isLetter(text: string, at: number, letter: string): boolean {
  return (text.charCodeAt(at) | 0x20) === letter.charCodeAt(0);
}

/** A number of just so many digits; -1 when there are fewer. */
function parseHex(text: string, at: number, digits: number): number {
  let code = 0;
  for (let index = at; index < at + digits; index += 1) {
    const digit = digitAt(text, index);
    if (digit < 0) return -1;
    code = code * 16 + digit;
  }
  return code;
}

function countHex(text: string, at: number, most: number): number {
  let count = 0;
  while (count < most && digitAt(text, at + count) >= 0) count += 1;
  return count;
}

function digitAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const small = code | 0x20;
  return small >= 0x61 && small <= 0x66 ? small - 0x57 : -1;
}

function fromCode(code: number): string {
  return code <= 0x10_ff_ff ? String.fromCodePoint(code) : "";
}
