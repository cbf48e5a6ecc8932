/** A stretch of text with one look. */
export interface AnsiSpan {
  readonly text: string;
  /** Names of colours and weights, for a class list: `red`, `bold`. */
  readonly looks: readonly string[];
  /** Where it starts among the visible characters. */
  readonly at: number;
}

const COLOURS = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"] as const;

/** Colour codes (`ESC [ … m`) are read; every other escape sequence is dropped. */
const ESCAPE =
  // oxlint-disable-next-line no-control-regex -- control characters are what it looks for
  /\u001b(?:\[(?<codes>[\d;]*)m|\[[\d;?]*[A-Za-z]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[()][A-Z0-9]|[=>78cDEHM])/gu;

/** Turns a terminal's line into spans; the texts add up to the line without its escapes. */
export function parseAnsi(line: string): readonly AnsiSpan[] {
  if (!line.includes("\u001b")) return [{ text: line, looks: [], at: 0 }];
  const spans: AnsiSpan[] = [];
  let looks: readonly string[] = [];
  let from = 0;
  let at = 0;
  const push = (text: string): void => {
    if (text === "") return;
    spans.push({ text, looks, at });
    at += text.length;
  };
  for (const match of line.matchAll(ESCAPE)) {
    push(line.slice(from, match.index));
    from = match.index + match[0].length;
    const codes = match.groups?.["codes"];
    if (codes !== undefined) looks = applyCodes(looks, codes);
  }
  push(line.slice(from));
  return spans;
}

/** The line as a person reads it. */
export function stripAnsi(line: string): string {
  return line.replaceAll(ESCAPE, "");
}

function applyCodes(looks: readonly string[], codes: string): readonly string[] {
  const numbers = codes.split(";").map(Number);
  // 38 and 48 take their colour from the numbers after them: such colours are not for this palette.
  const known = numbers.includes(38) || numbers.includes(48) ? [] : numbers;
  return known.reduce<readonly string[]>(applyCode, looks);
}

function applyCode(looks: readonly string[], code: number): readonly string[] {
  if (code === 0) return [];
  if (code === 1) return [...looks.filter((look) => look !== "bold"), "bold"];
  if (code === 2) return [...looks.filter((look) => look !== "dim"), "dim"];
  if (code === 22) return looks.filter((look) => look !== "bold" && look !== "dim");
  const weights = looks.filter((look) => look === "bold" || look === "dim");
  if (code === 39) return weights;
  const colour = COLOURS[code >= 90 ? code - 90 : code - 30];
  return colour === undefined || code > 97 ? looks : [...weights, colour];
}
