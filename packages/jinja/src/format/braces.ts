import { PyError } from "../errors.ts";
import { findItem } from "../runtime/item.ts";
import { repr, str } from "../values/text.ts";
import { typeName } from "../values/type-name.ts";
import { isHostObject, type Kwargs, type Value } from "../values/value.ts";
import { formatValue } from "./spec.ts";

type Sources = {
  readonly args: readonly Value[];
  readonly kwargs: Kwargs;
  next: number;
};

const MAX_NESTING = 2;

/** Python's `template.format(*args, **kwargs)`. */
export function formatBraces(template: string, args: readonly Value[], kwargs: Kwargs): string {
  return expand(template, { args, kwargs, next: 0 }, 0);
}

function expand(template: string, sources: Sources, depth: number): string {
  if (depth > MAX_NESTING) throw new PyError("ValueError", "Max string recursion exceeded");
  let result = "";
  let at = 0;
  while (at < template.length) {
    const char = template[at] ?? "";
    if ((char === "{" || char === "}") && template[at + 1] === char) {
      result += char;
      at += 2;
    } else if (char === "{") {
      const end = findEnd(template, at);
      result += expandField(template.slice(at + 1, end), sources, depth);
      at = end + 1;
    } else if (char === "}") {
      throw new PyError("ValueError", "Single '}' encountered in format string");
    } else {
      result += char;
      at += 1;
    }
  }
  return result;
}

function findEnd(template: string, start: number): number {
  let open = 0;
  for (let at = start; at < template.length; at += 1) {
    if (template[at] === "{") open += 1;
    if (template[at] === "}") open -= 1;
    if (open === 0) return at;
  }
  throw new PyError("ValueError", "expected '}' before end of string");
}

const FIELD = /^(?<path>[^!:]*)(?:!(?<conversion>[^:]))?(?::(?<spec>[^]*))?$/u;

function expandField(field: string, sources: Sources, depth: number): string {
  const groups = FIELD.exec(field)?.groups;
  if (groups === undefined) throw new PyError("ValueError", "Invalid format field");
  const value = convert(findField(groups["path"] ?? "", sources), groups["conversion"]);
  return formatValue(value, expand(groups["spec"] ?? "", sources, depth + 1));
}

function convert(value: Value, conversion: string | undefined): Value {
  if (conversion === undefined) return value;
  if (conversion === "s") return str(value);
  if (conversion === "r" || conversion === "a") return repr(value);
  throw new PyError("ValueError", `Unknown conversion specifier ${conversion}`);
}

const STEP = /\.(?<attribute>[^.[]+)|\[(?<item>[^\]]+)\]/gu;

function findField(path: string, sources: Sources): Value {
  const name = /^[^.[]*/u.exec(path)?.[0] ?? "";
  let value = findArgument(name, sources);
  for (const step of path.slice(name.length).matchAll(STEP)) {
    value = follow(value, step.groups?.["attribute"], step.groups?.["item"]);
  }
  return value;
}

function findArgument(name: string, sources: Sources): Value {
  const isNumber = /^\d+$/u.test(name);
  if (!isNumber && name !== "") {
    const named = sources.kwargs.get(name);
    if (named === undefined) throw new PyError("KeyError", repr(name));
    return named;
  }
  const index = isNumber ? Number(name) : sources.next;
  if (!isNumber) sources.next += 1;
  const value = sources.args[index];
  if (value !== undefined) return value;
  throw new PyError(
    "IndexError",
    `Replacement index ${index} out of range for positional args tuple`,
  );
}

// Only what a host object answers is reachable: methods of plain values are not, and nothing of JavaScript is.
function follow(value: Value, attribute: string | undefined, item: string | undefined): Value {
  const key = item ?? attribute ?? "";
  if (attribute !== undefined) {
    const isReachable = isHostObject(value) && !attribute.startsWith("_");
    const found = isReachable ? value.getAttribute?.(attribute) : undefined;
    if (found !== undefined) return found;
    throw new PyError(
      "AttributeError",
      `'${typeName(value)}' object has no attribute '${attribute}'`,
    );
  }
  const found = findItem(value, /^\d+$/u.test(key) ? Number(key) : key);
  if (found === undefined) throw new PyError("KeyError", repr(key));
  return found;
}
