import { PyError } from "../errors.ts";
import { formatBraces } from "../format/braces.ts";
import { required, requiredText } from "../runtime/arguments.ts";
import { checkTextLength } from "../runtime/budget.ts";
import { codePoints, countCodePoints } from "../values/code-points.ts";
import { isTruthy, iterate, lengthOf } from "../values/iterate.ts";
import { toIndex } from "../values/numeric.ts";
import { str } from "../values/text.ts";
import { typeName } from "../values/type-name.ts";
import { PyDict, PyTuple, type Value } from "../values/value.ts";
import { type Method, methodsFor } from "./method.ts";
import { splitLines, splitText } from "./split.ts";

type Argument = Value | undefined;

function isText(value: Value): value is string {
  return typeof value === "string";
}

function repeatedly(fill: string, count: number): string {
  checkTextLength(fill.length * Math.max(0, count));
  return fill.repeat(Math.max(0, count));
}

const SPACES = new Set(
  " \t\n\r\v\f\u001c\u001d\u001e\u001f\u0085\u00a0\u1680\u2028\u2029\u202f\u205f\u3000",
);

/** Removes characters from the ends of a text: whitespace, or those given. */
export function strip(text: string, chars: Argument, side: "both" | "left" | "right"): string {
  const given =
    chars === undefined || chars === null ? undefined : requiredText("strip", "chars", chars);
  const isStripped = (char: string | undefined): boolean => {
    if (char === undefined) return false;
    return given === undefined ? SPACES.has(char) || /\s/u.test(char) : given.includes(char);
  };
  let from = 0;
  let to = text.length;
  if (side !== "right") while (from < to && isStripped(text[from])) from += 1;
  if (side !== "left") while (to > from && isStripped(text[to - 1])) to -= 1;
  return text.slice(from, to);
}

/** Python's `str.title`: every run of letters begins with a capital. */
function title(text: string): string {
  return text.replace(
    /\p{L}+/gu,
    (word) => word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase(),
  );
}

/** Python's `str.capitalize`. */
export function capitalize(text: string): string {
  const [first = ""] = text;
  return first.toUpperCase() + text.slice(first.length).toLowerCase();
}

function swapCase(text: string): string {
  return codePoints(text)
    .map((char) => (char === char.toUpperCase() ? char.toLowerCase() : char.toUpperCase()))
    .join("");
}

/** The part of a text between two optional positions, and where it begins. */
function window(text: string, start: Argument, end: Argument): readonly [from: number, to: number] {
  const resolve = (bound: Argument, fallback: number): number => {
    if (bound === undefined || bound === null) return fallback;
    const index = toIndex(bound, "slice index");
    return Math.max(0, Math.min(text.length, index < 0 ? index + text.length : index));
  };
  return [resolve(start, 0), resolve(end, text.length)];
}

function find(text: string, sub: Argument, start: Argument, end: Argument): number {
  const [from, to] = window(text, start, end);
  const at = text.slice(0, to).indexOf(requiredText("find", "sub", sub), from);
  return from > to ? -1 : at;
}

function findLast(text: string, sub: Argument, start: Argument, end: Argument): number {
  const [from, to] = window(text, start, end);
  const at = text.slice(from, to).lastIndexOf(requiredText("rfind", "sub", sub));
  return at === -1 ? -1 : at + from;
}

function orFail(at: number): number {
  if (at === -1) throw new PyError("ValueError", "substring not found");
  return at;
}

function count(text: string, sub: Argument, start: Argument, end: Argument): number {
  const [from, to] = window(text, start, end);
  const wanted = requiredText("count", "sub", sub);
  return wanted === ""
    ? lengthOf(text.slice(from, to)) + 1
    : text.slice(from, to).split(wanted).length - 1;
}

/** Python's `str.replace`. */
export function replace(text: string, old: Argument, fresh: Argument, limit: Argument): string {
  const from = requiredText("replace", "old", old);
  const to = requiredText("replace", "new", fresh);
  const most = limit === undefined || limit === null ? -1 : toIndex(limit, "count");
  const parts = from === "" ? ["", ...codePoints(text), ""] : text.split(from);
  const count = most < 0 ? parts.length - 1 : Math.min(most, parts.length - 1);
  checkTextLength(text.length + count * to.length);
  const replaced = parts.slice(0, count + 1).join(to);
  return [replaced, ...parts.slice(count + 1)].join(from);
}

function matchesEnd(
  text: string,
  affix: Argument,
  bounds: readonly [Argument, Argument],
  test: (part: string, affix: string) => boolean,
): boolean {
  const [from, to] = window(text, ...bounds);
  const wanted = required("startswith", "prefix", affix);
  const candidates = wanted instanceof PyTuple ? wanted.items : [wanted];
  return candidates.some((candidate) => {
    if (typeof candidate === "string") return test(text.slice(from, to), candidate);
    throw new PyError(
      "TypeError",
      `startswith first arg must be str or a tuple of str, not ${typeName(candidate)}`,
    );
  });
}

function join(separator: string, items: Argument): string {
  const texts = iterate(required("join", "iterable", items)).map((item, at) => {
    if (typeof item === "string") return item;
    throw new PyError(
      "TypeError",
      `sequence item ${at}: expected str instance, ${typeName(item)} found`,
    );
  });
  checkTextLength(texts.reduce((length, text) => length + text.length + separator.length, 0));
  return texts.join(separator);
}

function pad(
  text: string,
  width: Argument,
  fill: Argument,
  side: "left" | "right" | "both",
): string {
  const missing = toIndex(required("pad", "width", width), "width") - lengthOf(text);
  if (missing <= 0) return text;
  const filler = fill === undefined ? " " : requiredText("pad", "fillchar", fill);
  if (countCodePoints(filler) !== 1) {
    throw new PyError("TypeError", "The fill character must be exactly one character long");
  }
  if (side === "left") return repeatedly(filler, missing) + text;
  if (side === "right") return text + repeatedly(filler, missing);
  // CPython puts the odd blank on the left when the width is odd, and otherwise on the right.
  const left = Math.floor(missing / 2) + (missing & (missing + lengthOf(text)) & 1);
  return repeatedly(filler, left) + text + repeatedly(filler, missing - left);
}

function zeroFill(text: string, width: Argument): string {
  const sign = /^[+-]/u.exec(text)?.[0] ?? "";
  const missing = toIndex(required("zfill", "width", width), "width") - text.length;
  return sign + repeatedly("0", missing) + text.slice(sign.length);
}

function partition(text: string, separator: Argument, isLast: boolean): PyTuple {
  const by = requiredText("partition", "sep", separator);
  if (by === "") throw new PyError("ValueError", "empty separator");
  const at = isLast ? text.lastIndexOf(by) : text.indexOf(by);
  if (at === -1) return new PyTuple(isLast ? ["", "", text] : [text, "", ""]);
  return new PyTuple([text.slice(0, at), by, text.slice(at + by.length)]);
}

function expandTabs(text: string, size: Argument): string {
  const width = size === undefined ? 8 : toIndex(size, "tabsize");
  checkTextLength(text.length * Math.max(1, width));
  let column = 0;
  return text.replace(/\t|\n|[^\t\n]+/gu, (part) => {
    if (part === "\n") column = 0;
    if (part !== "\t") {
      if (part !== "\n") column += part.length;
      return part;
    }
    const blanks = width <= 0 ? 0 : width - (column % width);
    column += blanks;
    return " ".repeat(blanks);
  });
}

function translate(text: string, table: Argument): string {
  const map = required("translate", "table", table);
  if (!(map instanceof PyDict)) throw new PyError("TypeError", "translate() needs a dict");
  return codePoints(text)
    .map((char) => {
      const value = map.get(char.codePointAt(0) ?? 0);
      if (value === undefined) return char;
      if (value === null) return "";
      return typeof value === "string" ? value : String.fromCodePoint(toIndex(value, "code"));
    })
    .join("");
}

function codeOf(char: Value): number {
  return str(char).codePointAt(0) ?? 0;
}

function hasWide(text: string): boolean {
  return codePoints(text).some((char) => char > "\u007f");
}

function makeTable(from: Argument, to: Argument, removed: Argument): PyDict {
  const source = required("maketrans", "x", from);
  if (source instanceof PyDict) {
    const code = (key: Value): Value => (typeof key === "string" ? (key.codePointAt(0) ?? 0) : key);
    return new PyDict([...source.entries()].map(([key, value]) => [code(key), value] as const));
  }
  const targets = iterate(required("maketrans", "y", to));
  const table = new PyDict(
    iterate(source).map((char, at) => [codeOf(char), codeOf(targets[at] ?? "")] as const),
  );
  for (const char of iterate(removed ?? "")) table.set(codeOf(char), null);
  return table;
}

function matches(pattern: RegExp) {
  return (text: string): boolean => pattern.test(text);
}

const isUpper = (text: string): boolean => /\p{Lu}/u.test(text) && !/\p{Ll}/u.test(text);
const isLower = (text: string): boolean => /\p{Ll}/u.test(text) && !/\p{Lu}/u.test(text);

const FORMAT: Method = (self, args, kwargs) => formatBraces(isText(self) ? self : "", args, kwargs);

const FORMAT_MAP: Method = (self, [table]) => {
  if (!(table instanceof PyDict)) throw new PyError("TypeError", "format_map() needs a dict");
  const named = [...table.entries()].flatMap(([key, value]): [string, Value][] =>
    typeof key === "string" ? [[key, value]] : [],
  );
  return formatBraces(isText(self) ? self : "", [], new Map(named));
};

/** Methods of texts. */
export const STRING_METHODS: ReadonlyMap<string, Method> = new Map([
  ...methodsFor(isText, {
    upper: ["", (text) => text.toUpperCase()],
    lower: ["", (text) => text.toLowerCase()],
    casefold: ["", (text) => text.toLowerCase().replaceAll("ß", "ss")],
    title: ["", title],
    capitalize: ["", capitalize],
    swapcase: ["", swapCase],
    strip: ["chars", (text, chars) => strip(text, chars, "both")],
    lstrip: ["chars", (text, chars) => strip(text, chars, "left")],
    rstrip: ["chars", (text, chars) => strip(text, chars, "right")],
    split: ["sep maxsplit", (text, by, most) => splitText(text, by, most, false)],
    rsplit: ["sep maxsplit", (text, by, most) => splitText(text, by, most, true)],
    splitlines: ["keepends", (text, keep) => splitLines(text, isTruthy(keep ?? false))],
    join: ["iterable", join],
    replace: ["old new count", replace],
    startswith: [
      "prefix start end",
      (text, affix, from, to) =>
        matchesEnd(text, affix, [from, to], (part, wanted) => part.startsWith(wanted)),
    ],
    endswith: [
      "suffix start end",
      (text, affix, from, to) =>
        matchesEnd(text, affix, [from, to], (part, wanted) => part.endsWith(wanted)),
    ],
    removeprefix: [
      "prefix",
      (text, prefix) => {
        const cut = requiredText("removeprefix", "prefix", prefix);
        return text.startsWith(cut) ? text.slice(cut.length) : text;
      },
    ],
    removesuffix: [
      "suffix",
      (text, suffix) => {
        const cut = requiredText("removesuffix", "suffix", suffix);
        return cut !== "" && text.endsWith(cut) ? text.slice(0, -cut.length) : text;
      },
    ],
    find: ["sub start end", find],
    rfind: ["sub start end", findLast],
    index: ["sub start end", (text, sub, from, to) => orFail(find(text, sub, from, to))],
    rindex: ["sub start end", (text, sub, from, to) => orFail(findLast(text, sub, from, to))],
    count: ["sub start end", count],
    ljust: ["width fillchar", (text, width, fill) => pad(text, width, fill, "right")],
    rjust: ["width fillchar", (text, width, fill) => pad(text, width, fill, "left")],
    center: ["width fillchar", (text, width, fill) => pad(text, width, fill, "both")],
    zfill: ["width", zeroFill],
    partition: ["sep", (text, by) => partition(text, by, false)],
    rpartition: ["sep", (text, by) => partition(text, by, true)],
    expandtabs: ["tabsize", expandTabs],
    translate: ["table", translate],
    maketrans: ["x y z", (_text, from, to, removed) => makeTable(from, to, removed)],
    isdigit: ["", matches(/^[\p{Nd}²³¹⁰-⁹]+$/u)],
    isdecimal: ["", matches(/^\p{Nd}+$/u)],
    isnumeric: ["", matches(/^[\p{Nd}\p{Nl}\p{No}]+$/u)],
    isalpha: ["", matches(/^\p{L}+$/u)],
    isalnum: ["", matches(/^[\p{L}\p{Nd}\p{Nl}\p{No}]+$/u)],
    isspace: ["", matches(/^\s+$/u)],
    isascii: ["", (text) => !hasWide(text)],
    isidentifier: ["", matches(/^[\p{L}_][\p{L}\p{N}_]*$/u)],
    isupper: ["", isUpper],
    islower: ["", isLower],
    istitle: ["", (text) => /\p{L}/u.test(text) && title(text) === text],
    isprintable: ["", matches(/^[^\p{C}\p{Zl}\p{Zp}]*$/u)],
  }),
  ["format", FORMAT],
  ["format_map", FORMAT_MAP],
]);
