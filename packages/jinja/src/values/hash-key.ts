import { PyError } from "../errors.ts";
import { isHostObject, PyDict, PyFloat, PySet, PyTuple, Undefined, type Value } from "./value.ts";

/** What a `Map` may compare instead of a Python value, so that equal values are the same key. */
export type DictKey = null | number | bigint | string | object;

const TUPLE_MARK = "\u0000(";

/** Turns a value into the key that stands for all values equal to it. */
export function hashKey(value: Value): DictKey {
  if (typeof value === "string") return value.startsWith("\u0000") ? `\u0000${value}` : value;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (value === null || typeof value === "number" || typeof value === "bigint") return value;
  if (value instanceof PyFloat) return hashWhole(value.value);
  if (value instanceof PyTuple) return TUPLE_MARK + value.items.map(tupleItemKey).join("\u0000,");
  if (value instanceof Undefined) return value;
  if (isHostObject(value)) return value.hash === undefined ? value : `\u0000h${value.hash()}`;
  throw new PyError("TypeError", `unhashable type: '${unhashableName(value)}'`);
}

function hashWhole(value: number): DictKey {
  return Number.isSafeInteger(value) || !Number.isFinite(value) ? value : BigInt(value);
}

const identities = new WeakMap<object, number>();
let lastIdentity = 0;

function identityOf(object: object): number {
  const known = identities.get(object);
  if (known !== undefined) return known;
  lastIdentity += 1;
  identities.set(object, lastIdentity);
  return lastIdentity;
}

function tupleItemKey(item: Value): string {
  const key = hashKey(item);
  if (key === null) return "N";
  if (typeof key === "object") return `o${identityOf(key)}`;
  return typeof key === "string" ? `s${key.length}:${key}` : `n${key}`;
}

function unhashableName(value: Value[] | PyDict | PySet): string {
  if (value instanceof PyDict) return "dict";
  return value instanceof PySet ? "set" : "list";
}
