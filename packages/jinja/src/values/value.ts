import { PyError } from "../errors.ts";

/** The property that makes a TypeScript object visible to templates; its value is the Python type name. */
export const pyType: unique symbol = Symbol("type name in templates");

/** What a template computes with: Python's values, spelled in JavaScript. A plain array is a list. */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Value[]
  | PyFloat
  | PyTuple
  | PyDict
  | PySet
  | Undefined
  | HostObject;

/** A value, or the promise of one when the callee waits for something. */
export type Awaitable<T> = T | Promise<T>;

/** Keyword arguments of a call. */
export type Kwargs = ReadonlyMap<string, Value>;

/** The keyword arguments of a call that has none. */
export const NO_KWARGS: Kwargs = new Map();

/** Operators a host object may take part in. */
export type BinaryOperator = "+" | "-" | "*" | "/" | "//" | "%" | "**";

/**
 * The protocol of objects that the host hands to templates. Only what these methods answer is reachable:
 * templates never see JavaScript properties.
 */
export interface HostObject {
  readonly [pyType]: string;
  /** `object.name`; `undefined` means there is no such attribute. */
  getAttribute?(name: string): Value | undefined;
  /** `object[key]`; `undefined` means there is no such item. */
  getItem?(key: Value): Value | undefined;
  /** `{% set object.name = value %}`. */
  setAttribute?(name: string, value: Value): void;
  /** `object(…)`. */
  call?(args: readonly Value[], kwargs: Kwargs): Awaitable<Value>;
  /** `{% for x in object %}`. */
  iterate?(): Iterable<Value>;
  /** `object | length`. */
  getLength?(): number;
  /** `value in object`; without it the object is iterated. */
  contains?(value: Value): boolean;
  /** `{% if object %}`; without it the length decides, then the object is true. */
  isTruthy?(): boolean;
  /** `{{ object }}`. */
  toText?(): string;
  /** How the object prints inside a list. */
  toRepr?(): string;
  /** `object == other`; without it identity decides. */
  equals?(other: Value): boolean;
  /** Negative, zero or positive as in a comparator; `undefined` when the two cannot be ordered. */
  compare?(other: Value): number | undefined;
  /** Equal objects answer the same text; without it an object is a dict key by identity. */
  hash?(): string;
  /** `object + other`, or `other + object` when `isReflected`; `undefined` when unsupported. */
  operate?(operator: BinaryOperator, other: Value, isReflected: boolean): Value | undefined;
  /** `"{:spec}".format(object)`. */
  format?(spec: string): string;
  /** What `tojson` and `toJs` make of the object. */
  toJson?(): unknown;
}

/** A float with a whole value; every other float is a plain number. */
export class PyFloat {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** Python's tuple. */
export class PyTuple {
  readonly items: readonly Value[];

  constructor(items: readonly Value[]) {
    this.items = items;
  }
}

type Entry = { readonly key: Value; value: Value };

/** Python's dict: keeps insertion order, and `1`, `1.0` and `True` are the same key. */
export class PyDict {
  readonly #entries = new Map<DictKey, Entry>();

  constructor(entries: Iterable<readonly [Value, Value]> = []) {
    for (const [key, value] of entries) this.set(key, value);
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: Value): Value | undefined {
    return this.#entries.get(hashKey(key))?.value;
  }

  has(key: Value): boolean {
    return this.#entries.has(hashKey(key));
  }

  set(key: Value, value: Value): void {
    const hash = hashKey(key);
    const entry = this.#entries.get(hash);
    if (entry === undefined) this.#entries.set(hash, { key, value });
    else entry.value = value;
  }

  delete(key: Value): boolean {
    return this.#entries.delete(hashKey(key));
  }

  clear(): void {
    this.#entries.clear();
  }

  *keys(): IterableIterator<Value> {
    for (const entry of this.#entries.values()) yield entry.key;
  }

  *values(): IterableIterator<Value> {
    for (const entry of this.#entries.values()) yield entry.value;
  }

  *entries(): IterableIterator<[Value, Value]> {
    for (const entry of this.#entries.values()) yield [entry.key, entry.value];
  }

  /** Adds every entry of another dict, overwriting equal keys. */
  update(other: PyDict): void {
    for (const [key, value] of other.entries()) this.set(key, value);
  }
}

/** Python's set; iterates in insertion order. */
export class PySet {
  readonly #items = new Map<DictKey, Value>();

  constructor(items: Iterable<Value> = []) {
    for (const item of items) this.add(item);
  }

  get size(): number {
    return this.#items.size;
  }

  has(value: Value): boolean {
    return this.#items.has(hashKey(value));
  }

  add(value: Value): void {
    const hash = hashKey(value);
    if (!this.#items.has(hash)) this.#items.set(hash, value);
  }

  delete(value: Value): boolean {
    return this.#items.delete(hashKey(value));
  }

  clear(): void {
    this.#items.clear();
  }

  values(): IterableIterator<Value> {
    return this.#items.values();
  }
}

/**
 * How a missing name behaves: `strict` fails on any use, `default` prints as nothing and fails on attributes,
 * `permissive` also answers every attribute, item and call with another undefined (dbt while parsing).
 */
export type UndefinedBehavior = "strict" | "default" | "permissive";

/** The value of a name, attribute or item that does not exist. */
export class Undefined {
  readonly message: string;
  readonly behavior: UndefinedBehavior;

  constructor(message: string, behavior: UndefinedBehavior) {
    this.message = message;
    this.behavior = behavior;
  }
}

/** Says whether a value is an object supplied by the host (macros and functions are). */
export function isHostObject(value: unknown): value is HostObject {
  return typeof value === "object" && value !== null && pyType in value;
}

/** Makes a TypeScript function callable from templates, with positional and keyword arguments. */
export function callable(
  call: (args: readonly Value[], kwargs: Kwargs) => Awaitable<Value>,
  name = "function",
): HostObject {
  return { [pyType]: "function", call, toText: () => `<function ${name}>` };
}

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
