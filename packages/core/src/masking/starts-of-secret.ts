import { formsOf } from "./encode-secret.ts";
import { CONTROLS } from "./read-spelling.ts";

/** How many characters are looked at first: no secret is shorter. */
export const LOOKED_AT = 4;
/** Stands for any character. */
export const ANY = "";
/** Characters with which something begins; any may follow. */
export type Start = readonly string[];

/** With what a secret begins in any of its spellings, as far as it is looked at. `characters` are `splitSecret`'s. */
export function startsOfSpelled(
  characters: readonly string[],
  length = LOOKED_AT,
): readonly Start[] {
  const [character, ...rest] = characters;
  if (character === undefined || length <= 0) return [[]];
  // Of backslashes that follow each other, there may be more.
  if (character.startsWith("\\")) {
    return [
      unitsOf(character.slice(0, length)),
      ["\\", "\\"],
      ...percentsOf("\\"),
      ...codesOf("\\"),
    ];
  }
  const whole = [...formsOfCharacter(character), ...percentsOf(character)].flatMap((form) =>
    startsOfSpelled(rest, length - form.length).map((start) => [...form, ...start]),
  );
  const escaped = [...formsOfCharacter(character), ...controlsOf(character)].flatMap((form) =>
    startsOfSpelled(rest, length - 1 - form.length).map((start) => ["\\", ...form, ...start]),
  );
  return [...whole, ...escaped, ["\\", "\\"], ...codesOf(character)];
}

/** With what a secret begins in hex or base64. */
export function startsOfEncoded(encoded: string): readonly Start[] {
  const signs = Array.from(encoded.slice(0, LOOKED_AT), formsOf);
  return signs.reduce<readonly string[][]>(
    (starts, forms) => starts.flatMap((start) => forms.map((form) => [...start, ...unitsOf(form)])),
    [[]],
  );
}

/** A character itself, in its code units, and a blank in an address. */
function formsOfCharacter(character: string): readonly Start[] {
  switch (character) {
    case " ":
      return [[" "], ["+"]];
    // The sign of Kelvin is the only letter beyond ASCII that is one of ASCII when small.
    case "k":
      return [["k"], ["\u212a"]];
    default:
      return [unitsOf(character)];
  }
}

function unitsOf(character: string): Start {
  return character.split("");
}

function percentsOf(character: string): readonly Start[] {
  return codesOfAscii(character).map((code) => unitsOf(`%${hexOf(code)}`));
}

/** Spellings that are longer than what is looked at, or end in several ways. */
function codesOf(character: string): readonly Start[] {
  const quote =
    character === "'"
      ? [
          ["'", "'"],
          ["'", "\\"],
          ["'", '"'],
        ]
      : [];
  const entities = ["#", "a", "l", "g", "q"].map((letter) => ["&", letter]);
  const codes = codesOfAscii(character);
  // What is no letter of ASCII has other large letters, and so has k.
  if (codes.length === 0 || character === "k") {
    return [["%"], ["\\", "u"], ["\\", "x"], ...entities, ...quote];
  }
  const bytes = codes.map((code) => ["\\", "x", hexOf(code).charAt(0)]);
  return [["%", "2", "5"], ["\\", "u", "0"], ["\\", "u", "{"], ...bytes, ...entities, ...quote];
}

function codesOfAscii(character: string): readonly number[] {
  if (character.charCodeAt(0) >= 0x80) return [];
  return [character, character.toUpperCase()].map((form) => form.charCodeAt(0));
}

function hexOf(code: number): string {
  return code.toString(16).padStart(2, "0");
}

function controlsOf(character: string): readonly Start[] {
  return Object.keys(CONTROLS)
    .filter((letter) => CONTROLS[letter] === character)
    .map((letter) => [letter]);
}
