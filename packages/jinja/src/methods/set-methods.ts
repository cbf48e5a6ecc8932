import { PyError } from "../errors.ts";
import { required } from "../runtime/arguments.ts";
import { isSubset } from "../values/compare.ts";
import { iterate } from "../values/iterate.ts";
import { repr } from "../values/text.ts";
import { PySet, type Value } from "../values/value.ts";
import { type Method, methodsFor } from "./method.ts";

function isSet(value: Value): value is PySet {
  return value instanceof PySet;
}

function others(args: readonly (Value | undefined)[]): readonly PySet[] {
  return args.flatMap((arg) => (arg === undefined ? [] : [new PySet(iterate(arg))]));
}

const MANY = "first second third fourth fifth sixth seventh eighth";

function union(self: PySet, ...args: readonly (Value | undefined)[]): PySet {
  const result = new PySet(self.values());
  for (const other of others(args)) for (const item of other.values()) result.add(item);
  return result;
}

function intersection(self: PySet, ...args: readonly (Value | undefined)[]): PySet {
  const sets = others(args);
  return new PySet([...self.values()].filter((item) => sets.every((other) => other.has(item))));
}

function difference(self: PySet, ...args: readonly (Value | undefined)[]): PySet {
  const sets = others(args);
  return new PySet([...self.values()].filter((item) => !sets.some((other) => other.has(item))));
}

function other(value: Value | undefined): PySet {
  return new PySet(iterate(required("set method", "other", value)));
}

function removeItem(self: PySet, item: Value | undefined): null {
  const value = required("remove", "elem", item);
  if (!self.delete(value)) throw new PyError("KeyError", repr(value));
  return null;
}

function popFirst(self: PySet): Value {
  for (const item of self.values()) {
    self.delete(item);
    return item;
  }
  throw new PyError("KeyError", "'pop from an empty set'");
}

function changeWith(change: (self: PySet, value: Value) => void) {
  return (self: PySet, value: Value | undefined): null => {
    change(self, required("set method", "elem", value));
    return null;
  };
}

/** Methods of sets. */
export const SET_METHODS: ReadonlyMap<string, Method> = methodsFor(isSet, {
  add: ["elem", changeWith((self, value) => self.add(value))],
  discard: ["elem", changeWith((self, value) => void self.delete(value))],
  remove: ["elem", removeItem],
  pop: ["", popFirst],
  clear: [
    "",
    (self) => {
      self.clear();
      return null;
    },
  ],
  copy: ["", (self) => new PySet(self.values())],
  union: [MANY, union],
  intersection: [MANY, intersection],
  difference: [MANY, difference],
  symmetric_difference: [
    "other",
    (self, value) => union(difference(self, value), difference(other(value), self)),
  ],
  update: [
    MANY,
    (self, ...args) => {
      for (const set of others(args)) for (const item of set.values()) self.add(item);
      return null;
    },
  ],
  issubset: ["other", (self, value) => isSubset(self, other(value))],
  issuperset: ["other", (self, value) => isSubset(other(value), self)],
  isdisjoint: ["other", (self, value) => intersection(self, value).size === 0],
});
