import { PyError } from "../errors.ts";
import { toEntries } from "../methods/dict-methods.ts";
import { isEqual } from "../values/compare.ts";
import { toIndex } from "../values/numeric.ts";
import { repr } from "../values/text.ts";
import {
  callable,
  type HostObject,
  type Kwargs,
  PyDict,
  pyType,
  type Value,
} from "../values/value.ts";
import { bindArguments, required } from "./arguments.ts";
import { checkItemCount } from "./budget.ts";

function makeRange(start: number, stop: number, step: number): HostObject {
  const length = Math.max(0, Math.ceil((stop - start) / step));
  const text = step === 1 ? `range(${start}, ${stop})` : `range(${start}, ${stop}, ${step})`;
  const items = (): Value[] => {
    checkItemCount(length);
    return Array.from({ length }, (_none, at) => start + at * step);
  };
  return {
    [pyType]: "range",
    iterate: items,
    getLength: () => length,
    getItem: (key) => {
      if (typeof key !== "number" || !Number.isInteger(key)) return undefined;
      const at = key < 0 ? key + length : key;
      return at >= 0 && at < length ? start + at * step : undefined;
    },
    contains: (value) => {
      if (typeof value !== "number" || !Number.isInteger(value)) return false;
      const at = (value - start) / step;
      return Number.isInteger(at) && at >= 0 && at < length;
    },
    equals: (other) =>
      typeof other === "object" &&
      other !== null &&
      pyType in other &&
      other[pyType] === "range" &&
      isEqual(items(), [...(other.iterate?.() ?? [])]),
    toText: () => text,
    toRepr: () => text,
  };
}

function range(args: readonly Value[]): Value {
  const [first, second, third] = args.map((arg) => toIndex(arg, "range() argument"));
  if (first === undefined || args.length > 3) {
    throw new PyError("TypeError", `range expected 1 to 3 arguments, got ${args.length}`);
  }
  if (third === 0) throw new PyError("ValueError", "range() arg 3 must not be zero");
  return second === undefined ? makeRange(0, first, 1) : makeRange(first, second, third ?? 1);
}

function dict(args: readonly Value[], kwargs: Kwargs): Value {
  const [source] = args;
  const entries = source === undefined ? [] : toEntries(source);
  return new PyDict([...entries, ...kwargs]);
}

function namespace(args: readonly Value[], kwargs: Kwargs): Value {
  const names = new PyDict();
  for (const [key, value] of toEntries(dict(args, kwargs))) names.set(key, value);
  return {
    [pyType]: "Namespace",
    getAttribute: (name) => names.get(name),
    getItem: (key) => names.get(key),
    setAttribute: (name, value) => names.set(name, value),
    toText: () => `<Namespace ${repr(names)}>`,
    toRepr: () => `<Namespace ${repr(names)}>`,
  };
}

function cycler(args: readonly Value[]): Value {
  if (args.length === 0) throw new PyError("TypeError", "at least one item has to be provided");
  let at = 0;
  const current = (): Value => args[at] ?? null;
  return {
    [pyType]: "Cycler",
    getAttribute: (name) => {
      if (name === "current") return current();
      if (name === "reset") {
        return callable(() => {
          at = 0;
          return null;
        });
      }
      if (name !== "next") return undefined;
      return callable(() => {
        const value = current();
        at = (at + 1) % args.length;
        return value;
      });
    },
  };
}

function joiner(args: readonly Value[], kwargs: Kwargs): Value {
  const [separator = ", "] = bindArguments("joiner", ["sep"], args, kwargs);
  let isUsed = false;
  return callable(() => {
    if (isUsed) return required("joiner", "sep", separator);
    isUsed = true;
    return "";
  }, "joiner");
}

/** The functions every template knows. */
export const BUILTIN_GLOBALS: ReadonlyMap<string, Value> = new Map<string, Value>([
  ["range", callable(range, "range")],
  ["dict", callable(dict, "dict")],
  ["namespace", callable(namespace, "namespace")],
  ["cycler", callable(cycler, "cycler")],
  ["joiner", callable(joiner, "joiner")],
]);
