import { PyError } from "../errors.ts";
import { required } from "../runtime/arguments.ts";
import { isEqual } from "../values/compare.ts";
import { iterate } from "../values/iterate.ts";
import { orElse } from "../values/or-else.ts";
import { repr } from "../values/text.ts";
import { type HostObject, PyDict, PySet, PyTuple, pyType, type Value } from "../values/value.ts";
import { type Method, methodsFor } from "./method.ts";

function isDict(value: Value): value is PyDict {
  return value instanceof PyDict;
}

/** A live view of a dict: prints and compares as Python's. */
function makeView(kind: "keys" | "values" | "items", dict: PyDict): HostObject {
  const items = (): Value[] => {
    if (kind === "keys") return [...dict.keys()];
    if (kind === "values") return [...dict.values()];
    return [...dict.entries()].map((entry) => new PyTuple(entry));
  };
  const view: HostObject = {
    [pyType]: `dict_${kind}`,
    iterate: items,
    getLength: () => dict.size,
    toText: () => `dict_${kind}(${repr(items())})`,
    toRepr: () => `dict_${kind}(${repr(items())})`,
    toJson: items,
  };
  if (kind === "values") return view;
  return {
    ...view,
    equals: (other) => isEqual(new PySet(items()), new PySet(toItems(other))),
    operate: (operator, other, isReflected) =>
      operator === "-" && !isReflected ? difference(items(), other) : undefined,
  };
}

function toItems(value: Value): readonly Value[] {
  return value !== null && typeof value === "object" ? iterate(value) : [];
}

function difference(items: readonly Value[], other: Value): PySet {
  const removed = new PySet(iterate(other));
  return new PySet(items.filter((item) => !removed.has(item)));
}

function popKey(dict: PyDict, key: Value | undefined, fallback: Value | undefined): Value {
  const wanted = required("pop", "key", key);
  const value = dict.get(wanted);
  if (value === undefined) {
    if (fallback !== undefined) return fallback;
    throw new PyError("KeyError", repr(wanted));
  }
  dict.delete(wanted);
  return value;
}

function popLast(dict: PyDict): Value {
  const last = [...dict.entries()].at(-1);
  if (last === undefined) throw new PyError("KeyError", "'popitem(): dictionary is empty'");
  dict.delete(last[0]);
  return new PyTuple(last);
}

/** Reads what `dict()` and `update()` accept: a dict, or pairs. */
export function toEntries(source: Value): readonly (readonly [Value, Value])[] {
  if (source instanceof PyDict) return [...source.entries()];
  return iterate(source).map((pair, at) => {
    const items = iterate(pair);
    const [key, value] = items;
    if (items.length !== 2 || key === undefined || value === undefined) {
      throw new PyError(
        "ValueError",
        `dictionary update sequence element #${at} has length ${items.length}; 2 is required`,
      );
    }
    return [key, value];
  });
}

function setDefault(dict: PyDict, key: Value | undefined, fallback: Value | undefined): Value {
  const wanted = required("setdefault", "key", key);
  const known = dict.get(wanted);
  if (known !== undefined) return known;
  const value = fallback ?? null;
  dict.set(wanted, value);
  return value;
}

const UPDATE: Method = (self, args, kwargs) => {
  if (!isDict(self)) throw new PyError("TypeError", "update() called on another type");
  const [source] = args;
  if (source !== undefined) for (const [key, value] of toEntries(source)) self.set(key, value);
  for (const [key, value] of kwargs) self.set(key, value);
  return null;
};

/** Methods of dicts. */
export const DICT_METHODS: ReadonlyMap<string, Method> = new Map([
  ...methodsFor(isDict, {
    get: [
      "key default",
      (dict, key, fallback) =>
        orElse(dict.get(required("get", "key", key)), () => fallback ?? null),
    ],
    keys: ["", (dict) => makeView("keys", dict)],
    values: ["", (dict) => makeView("values", dict)],
    items: ["", (dict) => makeView("items", dict)],
    pop: ["key default", popKey],
    popitem: ["", popLast],
    setdefault: ["key default", setDefault],
    copy: ["", (dict) => new PyDict(dict.entries())],
    clear: [
      "",
      (dict) => {
        dict.clear();
        return null;
      },
    ],
    fromkeys: [
      "iterable value",
      (_dict, keys, value) =>
        new PyDict(
          iterate(required("fromkeys", "iterable", keys)).map(
            (key) => [key, value ?? null] as const,
          ),
        ),
    ],
  }),
  ["update", UPDATE],
]);
