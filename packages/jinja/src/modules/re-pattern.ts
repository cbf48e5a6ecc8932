import { PyError } from "../errors.ts";

/** Flags of a Python pattern; the bits are Python's. */
export const RE_FLAGS = {
  IGNORECASE: 2,
  MULTILINE: 8,
  DOTALL: 16,
  VERBOSE: 64,
  ASCII: 256,
} as const;

const INLINE_FLAGS = new Map([
  ["i", RE_FLAGS.IGNORECASE],
  ["m", RE_FLAGS.MULTILINE],
  ["s", RE_FLAGS.DOTALL],
  ["x", RE_FLAGS.VERBOSE],
  ["a", RE_FLAGS.ASCII],
  ["u", 0],
]);

/** A Python pattern as JavaScript spells it. */
export type TranslatedPattern = {
  readonly source: string;
  readonly flags: string;
  readonly bits: number;
};

/** Rewrites a Python regular expression for JavaScript. */
export function translatePattern(pattern: string, bits: number): TranslatedPattern {
  // Python takes several groups of flags in a row.
  const inline = /^(?:\(\?[aimsux]+\))+/u.exec(pattern);
  const added = Array.from(inline?.[0] ?? "").map((flag) => INLINE_FLAGS.get(flag) ?? 0);
  const all = added.reduce((sum, bit) => sum | bit, bits);
  const body = pattern.slice(inline?.[0].length ?? 0);
  const plain = (all & RE_FLAGS.VERBOSE) === 0 ? body : withoutComments(body);
  const flags = [
    "d",
    (all & RE_FLAGS.IGNORECASE) === 0 ? "" : "i",
    (all & RE_FLAGS.MULTILINE) === 0 ? "" : "m",
    (all & RE_FLAGS.DOTALL) === 0 ? "" : "s",
    "u",
  ].join("");
  const source = rewrite(plain, (all & RE_FLAGS.MULTILINE) !== 0);
  try {
    new RegExp(source, flags);
  } catch {
    throw new PyError("error", `Cannot read the regular expression ${JSON.stringify(pattern)}`);
  }
  return { source, flags, bits: all };
}

function withoutComments(pattern: string): string {
  return pattern.replace(/\\[^]|\[(?:\\[^]|[^\]\\])*\]|\s+|#[^\n]*/gu, (part) =>
    /^[\s#]/u.test(part) ? "" : part,
  );
}

const PART =
  /\\[^]|\(\?P<(?<open>\w+)>|\(\?P=(?<back>\w+)\)|\(\?#[^)]*\)|\[\^?\]?(?:\\[^]|[^\]\\])*\]|\$|[{}]|(?<repeat>\{\d*,?\d*\})/gu;

function rewrite(pattern: string, isMultiline: boolean): string {
  return pattern
    .replace(/\{\d+(?:,\d*)?\}|\{,\d+\}/gu, (part) => `\ue001${part.slice(1, -1)}\ue002`)
    .replace(PART, (part: string, ...rest: unknown[]) => {
      const groups = new Map(Object.entries(rest.at(-1) ?? {}));
      const open = groups.get("open");
      if (typeof open === "string") return `(?<${open}>`;
      const back = groups.get("back");
      if (typeof back === "string") return `\\k<${back}>`;
      if (part.startsWith("(?#")) return "";
      if (part.startsWith("[")) return rewriteClass(part);
      if (part.startsWith("\\")) return rewriteEscape(part);
      if (part === "$") return isMultiline ? "$" : "(?=\\n?$(?![^]))";
      return `\\${part}`;
    })
    .replace(/\ue001,(?<most>\d+)\ue002/gu, "{0,$<most>}")
    .replaceAll("\ue001", "{")
    .replaceAll("\ue002", "}");
}

const SYNTAX = new Set("^$\\.*+?()[]{}|/");
const CLASSES = new Set("dDsSwWbBnrtfv");

function rewriteEscape(part: string): string {
  const char = part.slice(1);
  if (char === "A") return "(?<![^])";
  if (char === "Z") return "(?![^])";
  if (char === "a") return "\\x07";
  if (char === "w") return "[\\p{L}\\p{N}_]";
  if (char === "W") return "[^\\p{L}\\p{N}_]";
  if (char === "d") return "\\p{Nd}";
  if (char === "D") return "\\P{Nd}";
  return rewriteLiteral(part, char);
}

function rewriteLiteral(part: string, char: string): string {
  if (SYNTAX.has(char) || CLASSES.has(char) || /[\dxuk]/u.test(char)) return part;
  if (/[A-Za-z]/u.test(char)) throw new PyError("error", `bad escape ${part}`);
  // The strict mode of JavaScript refuses to escape what needs none.
  return char;
}

function rewriteClass(part: string): string {
  const [, open = "[", body = ""] = /^(\[\^?)([^]*)\]$/u.exec(part) ?? [];
  const first = body.startsWith("]") ? `\\]${body.slice(1)}` : body;
  const inner = first.replace(/\\[^]|\[/gu, (piece) => {
    if (piece === "[") return "\\[";
    const char = piece.slice(1);
    if (char === "w") return "\\p{L}\\p{N}_";
    if (char === "d") return "\\p{Nd}";
    if (char === "-" || char === "b") return piece;
    return rewriteLiteral(piece, char);
  });
  return `${open}${inner}]`;
}
