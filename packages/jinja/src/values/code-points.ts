const PAIR = /[\u{10000}-\u{10ffff}]/u;

/** Says whether a text has characters that JavaScript counts as two. */
export function hasPairs(text: string): boolean {
  return PAIR.test(text);
}

/** The characters of a text as Python counts them: its code points. */
export function codePoints(text: string): string[] {
  return Array.from(text);
}

/** The number of characters as Python counts them. */
export function countCodePoints(text: string): number {
  return hasPairs(text) ? codePoints(text).length : text.length;
}
