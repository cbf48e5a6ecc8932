import { PyError } from "../errors.ts";

type WrapOptions = {
  readonly width: number;
  readonly breaksLongWords: boolean;
  readonly breaksOnHyphens: boolean;
  readonly separator: string;
};

/** Wraps each line of a text at a width, as Jinja's `wordwrap`. */
export function wrapText(text: string, options: WrapOptions): string {
  const lines = text.split(/\r\n|\n|\r/u);
  if (lines.at(-1) === "") lines.pop();
  return lines
    .map((line) => wrapLine(line, options).join(options.separator))
    .join(options.separator);
}

/** The steps of Python's `textwrap`, which fills a line with the begin of a word that fits on no line. */
function wrapLine(line: string, options: WrapOptions): readonly string[] {
  const { width } = options;
  if (width <= 0) {
    throw new PyError("ValueError", `invalid width ${width} (must be > 0)`);
  }
  const result: string[] = [];
  const chunks = [...chunksOf(line, options)];
  while (chunks.length > 0) {
    if (result.length > 0 && chunks[0]?.trim() === "") chunks.shift();
    const parts: string[] = [];
    let used = 0;
    while (chunks[0] !== undefined && used + chunks[0].length <= width) {
      used += chunks[0].length;
      parts.push(chunks.shift() ?? "");
    }
    const next = chunks[0];
    if (next !== undefined && next.length > width) {
      if (options.breaksLongWords) {
        const end = breakAt(next, width - used, options);
        parts.push(next.slice(0, end));
        chunks[0] = next.slice(end);
      } else if (parts.length === 0) {
        parts.push(next);
        chunks.shift();
      }
    }
    if (parts.at(-1)?.trim() === "") parts.pop();
    if (parts.length > 0) result.push(parts.join(""));
  }
  return result;
}

function breakAt(word: string, space: number, options: WrapOptions): number {
  if (!options.breaksOnHyphens || word.length <= space) return space;
  const hyphen = space < 1 ? -1 : word.lastIndexOf("-", space - 1);
  const isBehindText = hyphen > 0 && /[^-]/u.test(word.slice(0, hyphen));
  return isBehindText ? hyphen + 1 : space;
}

// The pattern of `textwrap`: white space, a dash between words, or a word up to a hyphen that may end a line.
const PUNCTUATED = String.raw`[\p{L}\p{N}_!"'&.,?]`;
const LETTER = String.raw`[\p{L}_]`;
const CHUNK = new RegExp(
  String.raw`\s+|(?<=${PUNCTUATED})-{2,}(?=[\p{L}\p{N}_])|\S+?(?:-(?:(?<=${LETTER}{2}-)|(?<=${LETTER}-${PUNCTUATED}-))(?=${LETTER}-?${LETTER})|(?=\s|$)|(?<=${PUNCTUATED})(?=-{2,}[\p{L}\p{N}_]))`,
  "gu",
);

function chunksOf(line: string, options: WrapOptions): readonly string[] {
  return line.match(options.breaksOnHyphens ? CHUNK : /\s+|\S+/gu) ?? [];
}
