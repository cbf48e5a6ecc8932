import { isOpening, type Read, readSpellings, toSmall } from "./read-spelling.ts";

/** A text in the characters by which it is compared: small letters, and backslashes that follow each other as one. */
export function splitSecret(text: string): readonly string[] {
  return (text.match(/\\+|[\s\S]/gu) ?? []).map(toSmall);
}

/**
 * Where the spelling of a secret ends that begins at `at`, the longest of several; 0 when there is none. `first` is what
 * the place is known to spell already.
 */
export function findEnd(
  characters: readonly string[],
  text: string,
  { at, first }: { readonly at: number; readonly first?: Read },
): number {
  let places: readonly number[] = [first?.end ?? at];
  for (let index = first === undefined ? 0 : 1; index < characters.length; index += 1) {
    const character = characters[index] ?? "";
    const [only = 0] = places;
    if (places.length === 1 && isPlainAt(text, only, character)) {
      places = [only + 1];
      continue;
    }
    places =
      places.length === 1
        ? endsOf(character, text, only)
        : [...new Set(places.flatMap((place) => endsOf(character, text, place)))];
    if (places.length === 0) return 0;
  }
  return Math.max(...places);
}

/** Nearly every character is one letter that stands for itself: it has no second meaning. */
function isPlainAt(text: string, at: number, character: string): boolean {
  const code = text.charCodeAt(at);
  const isLetter =
    (code >= 0x30 && code <= 0x39) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x61 && code <= 0x7a);
  return (
    isLetter &&
    (code | (code >= 0x41 ? 0x20 : 0)) === character.charCodeAt(0) &&
    character.length === 1
  );
}

function endsOf(character: string, text: string, at: number): readonly number[] {
  if (character.charCodeAt(0) === 0x5c) return endsOfRun(character, text, at);
  const ends = isSame(text, at, character) ? [at + character.length] : [];
  if (!isOpening(text.charCodeAt(at))) return ends;
  for (const read of readSpellings(text, at)) {
    if (toSmall(read.character) === character) ends.push(read.end);
  }
  return ends;
}

/** Quoting doubles backslashes, once or more: as many as there are stand for as many as were meant. */
function endsOfRun(run: string, text: string, at: number): readonly number[] {
  let end = at;
  while (text.charCodeAt(end) === 0x5c) end += 1;
  if (end - at >= run.length) return [end];
  // Spelled otherwise each stands for itself.
  let places: readonly number[] = [at];
  for (const one of run) {
    places = places.flatMap((place) =>
      readSpellings(text, place)
        .filter(({ character }) => character === one)
        .map((read) => read.end),
    );
  }
  return places;
}

function isSame(text: string, at: number, character: string): boolean {
  const code = text.charCodeAt(at);
  if (code === character.charCodeAt(0) && text.startsWith(character, at)) return true;
  const isCapital = code >= 0x41 && code <= 0x5a;
  if (code < 0x80 && !isCapital) return false;
  return toSmall(text.slice(at, at + character.length)) === character;
}
