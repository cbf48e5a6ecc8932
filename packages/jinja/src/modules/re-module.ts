import { PyError } from "../errors.ts";
import { bindArguments, required, requiredText } from "../runtime/arguments.ts";
import { callValue } from "../runtime/attributes.ts";
import { checkTextLength } from "../runtime/budget.ts";
import { toIndex } from "../values/numeric.ts";
import { repr, str } from "../values/text.ts";
import {
  callable,
  type HostObject,
  isHostObject,
  NO_KWARGS,
  PyDict,
  PyTuple,
  pyType,
  type Value,
} from "../values/value.ts";
import { makeModule } from "./make-module.ts";
import { type RegexGuard, runRegex } from "./re-guard.ts";
import { RE_FLAGS, type TranslatedPattern, translatePattern } from "./re-pattern.ts";

type Pattern = HostObject & { readonly pattern: string; readonly translated: TranslatedPattern };

function isPattern(value: Value): value is Pattern {
  return isHostObject(value) && "translated" in value;
}

type Guard = RegexGuard | undefined;

function compile(pattern: Value, flags: Value | undefined, guard: Guard): Pattern {
  if (isPattern(pattern)) return pattern;
  const text = requiredText("compile", "pattern", pattern);
  const translated = translatePattern(text, toIndex(flags ?? 0, "flags"));
  return {
    [pyType]: "re.Pattern",
    pattern: text,
    translated,
    getAttribute: (name) => patternAttribute({ pattern: text, translated, guard }, name),
    toText: () => `re.compile(${repr(text)})`,
    toRepr: () => `re.compile(${repr(text)})`,
  };
}

function patternAttribute(
  held: {
    readonly pattern: string;
    readonly translated: TranslatedPattern;
    readonly guard: Guard;
  },
  name: string,
): Value | undefined {
  if (name === "pattern") return held.pattern;
  if (name === "flags") return held.translated.bits | 32;
  const run = FUNCTIONS.get(name);
  if (run === undefined || name === "escape" || name === "compile") return undefined;
  return callable((args, kwargs) => {
    const parameters = PARAMETERS.get(name) ?? [];
    const bound = bindArguments(name, parameters.slice(1), args, kwargs);
    return run([compile(held.pattern, held.translated.bits, held.guard), ...bound], held.guard);
  }, name);
}

type Arguments = readonly (Value | undefined)[];

function makeMatch(match: RegExpExecArray): HostObject {
  const group = (key: Value): Value => {
    if (typeof key === "string") {
      if (!Object.hasOwn(match.groups ?? {}, key)) throw new PyError("IndexError", "no such group");
      return match.groups?.[key] ?? null;
    }
    const at = toIndex(key, "group");
    if (at < 0 || at >= match.length) throw new PyError("IndexError", "no such group");
    return match[at] ?? null;
  };
  const span = (key: Value | undefined): readonly [number, number] => {
    const at = toIndex(key ?? 0, "group");
    return match.indices?.[at] ?? [-1, -1];
  };
  const methods = new Map<string, (args: readonly Value[]) => Value>([
    ["group", (args) => (args.length > 1 ? new PyTuple(args.map(group)) : group(args[0] ?? 0))],
    ["groups", (args) => new PyTuple(match.slice(1).map((text) => text ?? args[0] ?? null))],
    [
      "groupdict",
      (args) =>
        new PyDict(
          Object.entries(match.groups ?? {}).map(([name, text]) => [name, text ?? args[0] ?? null]),
        ),
    ],
    ["start", (args) => span(args[0])[0]],
    ["end", (args) => span(args[0])[1]],
    ["span", (args) => new PyTuple([...span(args[0])])],
  ]);
  return {
    [pyType]: "re.Match",
    getAttribute: (name) => {
      if (name === "string") return match.input;
      if (name === "lastindex") return match.length > 1 ? match.length - 1 : null;
      const run = methods.get(name);
      return run === undefined ? undefined : callable(run, name);
    },
    getItem: group,
    toText: () =>
      `<re.Match object; span=${str(new PyTuple([...span(0)]))}, match=${repr(match[0])}>`,
    toRepr: () =>
      `<re.Match object; span=${str(new PyTuple([...span(0)]))}, match=${repr(match[0])}>`,
  };
}

function first(args: Arguments, guard: Guard, mode: "y" | "g", isFull = false): Value {
  const [pattern, text, flags] = args;
  const subject = requiredText("re", "string", text);
  const { translated, pattern: written } = compile(
    required("re", "pattern", pattern),
    flags,
    guard,
  );
  const source = isFull ? `(?:${translated.source})(?![^])` : translated.source;
  const regex = new RegExp(source, translated.flags + mode);
  const match = runRegex(guard, { ...translated, text: written }, subject, () =>
    regex.exec(subject),
  );
  return match === null ? null : makeMatch(match);
}

/** Every match of `args[0]` in a text. */
function matchesOf(
  args: Arguments,
  guard: Guard,
  subject: string,
  flags: Value | undefined,
): readonly RegExpExecArray[] {
  const { translated, pattern } = compile(required("re", "pattern", args[0]), flags, guard);
  const regex = new RegExp(translated.source, `${translated.flags}g`);
  return runRegex(guard, { ...translated, text: pattern }, subject, () => [
    ...subject.matchAll(regex),
  ]);
}

function all(args: Arguments, guard: Guard): readonly RegExpExecArray[] {
  const [, text, flags] = args;
  return matchesOf(args, guard, requiredText("re", "string", text), flags);
}

function findAll(args: Arguments, guard: Guard): Value {
  return all(args, guard).map((match) => {
    const groups = match.slice(1).map((text) => text ?? "");
    const [only] = groups;
    if (only === undefined) return match[0];
    return groups.length === 1 ? only : new PyTuple(groups);
  });
}

function expandTemplate(template: string, match: RegExpExecArray): string {
  return template.replace(
    /\\(?:g<(?<name>\w+)>|(?<digit>\d{1,2})|(?<char>[^]))/gu,
    (
      whole: string,
      name: string | undefined,
      digit: string | undefined,
      char: string | undefined,
    ) => {
      const reference = name ?? digit;
      if (reference !== undefined) {
        const isNumber = /^\d+$/u.test(reference);
        if (isNumber && Number(reference) >= match.length) {
          throw new PyError("error", `invalid group reference ${reference}`);
        }
        return (isNumber ? match[Number(reference)] : match.groups?.[reference]) ?? "";
      }
      return { n: "\n", t: "\t", r: "\r", "\\": "\\" }[char ?? ""] ?? whole;
    },
  );
}

function substituteCounted(args: Arguments, guard: Guard): readonly [text: string, count: number] {
  const [, replacement, text, limit, flags] = args;
  const subject = requiredText("sub", "string", text);
  const most = toIndex(limit ?? 0, "count");
  const fresh = required("sub", "repl", replacement);
  let result = "";
  let at = 0;
  let count = 0;
  for (const match of matchesOf(args, guard, subject, flags)) {
    if (most > 0 && count >= most) break;
    const piece =
      typeof fresh === "string" ? expandTemplate(fresh, match) : callReplacement(fresh, match);
    result += subject.slice(at, match.index) + piece;
    checkTextLength(result.length);
    at = match.index + match[0].length;
    count += 1;
  }
  return [result + subject.slice(at), count];
}

function callReplacement(callee: Value, match: RegExpExecArray): string {
  const text = callValue(callee, [makeMatch(match)], NO_KWARGS);
  if (text instanceof Promise) {
    text.catch(() => undefined);
    throw new PyError("TypeError", "the replacement function of re.sub() cannot be asynchronous");
  }
  return str(text);
}

function split(args: Arguments, guard: Guard): Value {
  const [, text, limit, flags] = args;
  const subject = requiredText("split", "string", text);
  const most = toIndex(limit ?? 0, "maxsplit");
  const parts: Value[] = [];
  let at = 0;
  for (const [count, match] of matchesOf(args, guard, subject, flags).entries()) {
    if (most > 0 && count >= most) break;
    parts.push(subject.slice(at, match.index), ...match.slice(1).map((group) => group ?? null));
    at = match.index + match[0].length;
  }
  return [...parts, subject.slice(at)];
}

function escape(args: Arguments): Value {
  return requiredText("escape", "pattern", args[0]).replace(
    /[\t\n\v\f\r !"#$%&'()*+,\-./:;<=>?@[\\\]^`{|}~]/gu,
    (char) => (/[!"%',/:;<=>@`]/u.test(char) ? char : `\\${char}`),
  );
}

const PARAMETERS = new Map<string, readonly string[]>([
  ["compile", ["pattern", "flags"]],
  ["match", ["pattern", "string", "flags"]],
  ["fullmatch", ["pattern", "string", "flags"]],
  ["search", ["pattern", "string", "flags"]],
  ["findall", ["pattern", "string", "flags"]],
  ["finditer", ["pattern", "string", "flags"]],
  ["sub", ["pattern", "repl", "string", "count", "flags"]],
  ["subn", ["pattern", "repl", "string", "count", "flags"]],
  ["split", ["pattern", "string", "maxsplit", "flags"]],
  ["escape", ["pattern"]],
]);

const FUNCTIONS = new Map<string, (args: Arguments, guard: Guard) => Value>([
  [
    "compile",
    ([pattern, flags], guard) => compile(required("compile", "pattern", pattern), flags, guard),
  ],
  ["match", (args, guard) => first(args, guard, "y")],
  ["fullmatch", (args, guard) => first(args, guard, "y", true)],
  ["search", (args, guard) => first(args, guard, "g")],
  ["findall", findAll],
  ["finditer", (args, guard) => all(args, guard).map(makeMatch)],
  ["sub", (args, guard) => substituteCounted(args, guard)[0]],
  ["subn", (args, guard) => new PyTuple([...substituteCounted(args, guard)])],
  ["split", split],
  ["escape", escape],
]);

/** Python's `re`, on JavaScript's regular expressions. */
export function makeReModule(guard?: RegexGuard): HostObject {
  const functions = [...FUNCTIONS].map(([name, run]) => {
    const parameters = PARAMETERS.get(name) ?? [];
    return [
      name,
      callable((args, kwargs) => run(bindArguments(name, parameters, args, kwargs), guard), name),
    ] as const;
  });
  return makeModule("re", {
    ...Object.fromEntries(functions),
    ...RE_FLAGS,
    I: RE_FLAGS.IGNORECASE,
    M: RE_FLAGS.MULTILINE,
    S: RE_FLAGS.DOTALL,
    X: RE_FLAGS.VERBOSE,
    A: RE_FLAGS.ASCII,
  });
}
