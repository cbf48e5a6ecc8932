import type { Filter } from "../environment-options.ts";
import { PyError } from "../errors.ts";
import { formatPercent } from "../format/percent.ts";
import { splitLines } from "../methods/split.ts";
import { capitalize, replace, STRING_METHODS, strip } from "../methods/string-methods.ts";
import { checkReworkedLength, checkTextLength } from "../runtime/budget.ts";
import { codePoints } from "../values/code-points.ts";
import { isTruthy, iterate } from "../values/iterate.ts";
import { toIndex } from "../values/numeric.ts";
import { str, undefinedError } from "../values/text.ts";
import { typeName } from "../values/type-name.ts";
import { NO_KWARGS, PyDict, PySet, PyTuple, Undefined, type Value } from "../values/value.ts";
import { defineFilters } from "./define.ts";
import { wrapText } from "./wrap.ts";

const HTML = new Map([
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  ['"', "&#34;"],
  ["'", "&#39;"],
]);

/** Escapes a text for HTML. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/gu, (char) => HTML.get(char) ?? char);
}

function number(value: Value | undefined, fallback: number): number {
  return value === undefined || value === null ? fallback : toIndex(value, "argument");
}

// Jinja begins a word also after brackets and hyphens, unlike Python's own `title`.
function title(text: string): string {
  checkReworkedLength(text.length);
  return text
    .split(/([-\s({[<]+)/u)
    .map((part) => part.slice(0, 1).toUpperCase() + part.slice(1).toLowerCase())
    .join("");
}

/** The text that a filter needs; Python's error for anything else. */
function onlyText(value: Value, error: (type: string) => PyError): string {
  if (typeof value === "string") return value;
  if (!(value instanceof Undefined)) throw error(typeName(value));
  if (value.behavior === "permissive") return "";
  throw undefinedError(value);
}

function noSplitLines(type: string): PyError {
  return new PyError("AttributeError", `'${type}' object has no attribute 'splitlines'`);
}

function notAddable(type: string): PyError {
  if (type === "list") return noSplitLines(type);
  if (type === "tuple") {
    return new PyError("TypeError", 'can only concatenate tuple (not "str") to tuple');
  }
  return new PyError("TypeError", `unsupported operand type(s) for +=: '${type}' and 'str'`);
}

function hasLength(value: Value): boolean {
  return Array.isArray(value) || [PyTuple, PyDict, PySet].some((type) => value instanceof type);
}

function truncateValue(value: Value, args: readonly (Value | undefined)[]): Value {
  if (value instanceof Undefined) return "";
  if (!hasLength(value)) {
    const noLength = (type: string): PyError =>
      new PyError("TypeError", `object of type '${type}' has no len()`);
    return truncate(onlyText(value, noLength), args);
  }
  const [length, , , leeway] = args;
  if (iterate(value).length <= number(length, 255) + number(leeway, 5)) return value;
  const type = typeName(value);
  throw new PyError("TypeError", `can only concatenate ${type} (not "str") to ${type}`);
}

function onlyReworked(text: string): string {
  checkReworkedLength(text.length);
  return text;
}

function indent(text: string, args: readonly (Value | undefined)[]): string {
  const [width = 4, first = false, blank = false] = args;
  checkReworkedLength(text.length);
  const prefix = typeof width === "string" ? width : " ".repeat(checkedWidth(width));
  const lines = splitLines(`${text}\n`);
  const [head = "", ...rest] = lines;
  checkTextLength(text.length + prefix.length * lines.length);
  const indented = rest.map((line) => (line === "" && !isTruthy(blank) ? line : prefix + line));
  return [isTruthy(first) ? prefix + head : head, ...indented].join("\n");
}

function checkedWidth(width: Value): number {
  const count = Math.max(0, toIndex(width, "width"));
  checkTextLength(count);
  return count;
}

function truncate(text: string, args: readonly (Value | undefined)[]): string {
  const [length, killWords, end, leeway] = args;
  const most = number(length, 255);
  const tail = end === undefined ? "..." : str(end);
  if (most < tail.length)
    throw new PyError("AssertionError", `expected length >= ${tail.length}, got ${most}`);
  const chars = codePoints(text);
  if (chars.length <= most + number(leeway, 5)) return text;
  const kept = chars.slice(0, most - tail.length).join("");
  if (isTruthy(killWords ?? false)) return kept + tail;
  const cut = kept.lastIndexOf(" ");
  return (cut === -1 ? kept : kept.slice(0, cut)) + tail;
}

function quoteUrl(text: string, safe: string): string {
  return encodeURIComponent(text).replace(/%2F|[!'()*]/gu, (part) => {
    if (part === "%2F") return safe.includes("/") ? "/" : part;
    return `%${part.charCodeAt(0).toString(16).toUpperCase()}`;
  });
}

function urlEncode(value: Value): string {
  if (typeof value !== "object" || value === null) return quoteUrl(str(value), "/");
  const pairs =
    value instanceof PyDict ? [...value.entries()] : iterate(value).map((pair) => iterate(pair));
  return pairs
    .map(([key, held]) =>
      `${quoteUrl(str(key ?? null), "")}=${quoteUrl(str(held ?? null), "")}`.replaceAll("%20", "+"),
    )
    .join("&");
}

/** Drops every part from an opening to its closing mark; an opening without one is text. */
function withoutParts(text: string, open: string, close: string): string {
  let result = "";
  let at = 0;
  for (;;) {
    const from = text.indexOf(open, at);
    const to = from === -1 ? -1 : text.indexOf(close, from + open.length);
    if (to === -1) return result + text.slice(at);
    result += text.slice(at, from);
    at = to + close.length;
  }
}

function stripTags(text: string): string {
  const plain = withoutParts(withoutParts(text, "<!--", "-->"), "<", ">");
  const collapsed = plain
    .split(/\s+/u)
    .filter((word) => word !== "")
    .join(" ");
  return collapsed
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&#34;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");
}

const URL_WORD = /^(?:https?:\/\/|www\.)[^\s<>]+$/iu;

function urlize(text: string, args: readonly (Value | undefined)[]): string {
  const [limit, nofollow, target] = args;
  const most = limit === undefined || limit === null ? undefined : toIndex(limit, "trim_url_limit");
  const rel = isTruthy(nofollow ?? false) ? "nofollow noopener" : "noopener";
  const targetText =
    target === undefined || target === null ? "" : ` target="${escapeHtml(str(target))}"`;
  return escapeHtml(text)
    .split(/(\s+)/u)
    .map((word) => {
      let end = word.length;
      while (end > 0 && ".,;:!?)".includes(word.charAt(end - 1))) end -= 1;
      const [bare, tail] = [word.slice(0, end), word.slice(end)];
      if (!URL_WORD.test(bare)) return word;
      const href = /^https?:/iu.test(bare) ? bare : `https://${bare}`;
      const shown = most !== undefined && bare.length > most ? `${bare.slice(0, most)}...` : bare;
      return `<a href="${href}" rel="${rel}"${targetText}>${shown}</a>${tail}`;
    })
    .join("");
}

function xmlAttributes(value: Value, withSpace: boolean): string {
  if (!(value instanceof PyDict)) throw new PyError("TypeError", "xmlattr needs a mapping");
  const parts = [...value.entries()].flatMap(([key, held]) => {
    if (held === null || held instanceof Undefined) return [];
    if (/[\s/>=]/u.test(str(key))) {
      throw new PyError("ValueError", `Invalid character in attribute name: '${str(key)}'`);
    }
    return [`${escapeHtml(str(key))}="${escapeHtml(str(held))}"`];
  });
  const text = parts.join(" ");
  return withSpace && text !== "" ? ` ${text}` : text;
}

const FORMAT: Filter = (value, args, kwargs) => {
  if (args.length > 0 && kwargs.size > 0) {
    throw new PyError(
      "FilterArgumentError",
      "can't handle positional and keyword arguments at the same time",
    );
  }
  const values = kwargs.size > 0 ? new PyDict(kwargs) : new PyTuple(args);
  return formatPercent(str(value), values);
};

/** Filters that make a text of a text. */
export const TEXT_FILTERS: readonly (readonly [string, Filter])[] = [
  ...defineFilters({
    upper: ["", (value) => str(value).toUpperCase()],
    lower: ["", (value) => str(value).toLowerCase()],
    capitalize: ["", (value) => capitalize(str(value))],
    title: ["", (value) => title(str(value))],
    trim: ["chars", (value, [chars]) => strip(str(value), chars, "both")],
    string: ["", (value) => str(value)],
    safe: ["", (value) => (typeof value === "string" ? value : str(value))],
    escape: ["", (value) => escapeHtml(str(value))],
    e: ["", (value) => escapeHtml(str(value))],
    forceescape: ["", (value) => escapeHtml(str(value))],
    replace: [
      "old new count",
      (value, [old, fresh, count]) => replace(str(value), textOf(old), textOf(fresh), count),
    ],
    center: [
      "width",
      (value, [width]) =>
        STRING_METHODS.get("center")?.(str(value), [width ?? 80], NO_KWARGS) ?? "",
    ],
    indent: ["width first blank", (value, args) => indent(onlyText(value, notAddable), args)],
    truncate: ["length killwords end leeway", truncateValue],
    wordcount: ["", (value) => (onlyReworked(str(value)).match(/[\p{L}\p{N}_]+/gu) ?? []).length],
    wordwrap: [
      "width break_long_words wrapstring break_on_hyphens",
      (value, [width, breakLong, wrap, hyphens]) =>
        wrapText(onlyReworked(onlyText(value, noSplitLines)), {
          width: number(width, 79),
          breaksLongWords: isTruthy(breakLong ?? true),
          separator: wrap === undefined || wrap === null ? "\n" : str(wrap),
          breaksOnHyphens: isTruthy(hyphens ?? true),
        }),
    ],
    striptags: ["", (value) => stripTags(onlyReworked(str(value)))],
    urlencode: ["", (value) => urlEncode(value)],
    urlize: [
      "trim_url_limit nofollow target rel extra_schemes",
      (value, args) => urlize(onlyReworked(str(value)), args),
    ],
    xmlattr: [
      "autospace",
      (value, [autospace]) => xmlAttributes(value, isTruthy(autospace ?? true)),
    ],
  }),
  ["format", FORMAT],
];

function textOf(value: Value | undefined): Value | undefined {
  return value === undefined ? undefined : str(value);
}
