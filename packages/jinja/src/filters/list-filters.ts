import type { Filter } from "../environment-options.ts";
import { PyError } from "../errors.ts";
import { findMethod } from "../methods/methods.ts";
import { required } from "../runtime/arguments.ts";
import { add } from "../runtime/arithmetic.ts";
import { getAttribute } from "../runtime/attributes.ts";
import { checkItemCount, checkTextLength } from "../runtime/budget.ts";
import type { Evaluation } from "../runtime/evaluation.ts";
import { codePoints } from "../values/code-points.ts";
import { compareValues, isEqual } from "../values/compare.ts";
import { isTruthy, iterate, lengthOf } from "../values/iterate.ts";
import { toIndex } from "../values/numeric.ts";
import { orElse } from "../values/or-else.ts";
import { sortValues } from "../values/sort.ts";
import { str, undefinedError } from "../values/text.ts";
import {
  type HostObject,
  PyDict,
  PySet,
  PyTuple,
  pyType,
  Undefined,
  type Value,
} from "../values/value.ts";
import { attributeGetter, foldCase } from "./attribute-path.ts";
import { defineFilters } from "./define.ts";

type Arguments = readonly (Value | undefined)[];

function getterOf(evaluation: Evaluation, path: Value | undefined): (item: Value) => Value {
  return path === undefined || path === null ? (item) => item : attributeGetter(evaluation, path);
}

function truth(value: Value | undefined): boolean {
  return value !== undefined && isTruthy(value);
}

function join(value: Value, [separator = "", path]: Arguments, evaluation: Evaluation): string {
  const texts = iterate(value).map(getterOf(evaluation, path)).map(str);
  const by = str(separator);
  checkTextLength(texts.reduce((length, text) => length + text.length + by.length, 0));
  return texts.join(by);
}

function firstOf(value: Value, evaluation: Evaluation): Value {
  return orElse(iterate(value)[0], () => evaluation.missing("No first item, sequence was empty."));
}

function lastOf(value: Value, evaluation: Evaluation): Value {
  return orElse(iterate(value).at(-1), () =>
    evaluation.missing("No last item, sequence was empty."),
  );
}

function sort(
  value: Value,
  [reverse, caseSensitive, path]: Arguments,
  evaluation: Evaluation,
): Value {
  const paths = typeof path === "string" ? path.split(",") : [path];
  const getters = paths.map((one) =>
    getterOf(evaluation, typeof one === "string" ? one.trim() : one),
  );
  const isCaseSensitive = truth(caseSensitive);
  // As in Jinja2, a list even for one key: what is equal, missing values included, is not put in order.
  const keyOf = (item: Value): Value => getters.map((get) => foldCase(get(item), isCaseSensitive));
  return sortValues(iterate(value), keyOf, truth(reverse));
}

function sortDict(value: Value, [caseSensitive, by = "key", reverse]: Arguments): Value {
  if (!(value instanceof PyDict)) throw new PyError("AttributeError", "dictsort needs a dict");
  const position = { key: 0, value: 1 }[str(by)];
  if (position === undefined) {
    throw new PyError("FilterArgumentError", 'You can only sort by either "key" or "value"');
  }
  const isCaseSensitive = truth(caseSensitive);
  const pairs = [...value.entries()].map((entry) => new PyTuple(entry));
  const keyOf = (pair: Value): Value =>
    foldCase(pair instanceof PyTuple ? (pair.items[position] ?? null) : null, isCaseSensitive);
  return sortValues(pairs, keyOf, truth(reverse));
}

function unique(value: Value, [caseSensitive, path]: Arguments, evaluation: Evaluation): Value {
  const getter = getterOf(evaluation, path);
  const seen = new PySet();
  return iterate(value).filter((item) => {
    const key = foldCase(getter(item), truth(caseSensitive));
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function extreme(sign: 1 | -1) {
  return (value: Value, [caseSensitive, path]: Arguments, evaluation: Evaluation): Value => {
    const getter = getterOf(evaluation, path);
    const keyOf = (item: Value): Value => foldCase(getter(item), truth(caseSensitive));
    const [first, ...rest] = iterate(value);
    if (first === undefined) return evaluation.missing("No aggregated item, sequence was empty.");
    let best = { item: first, key: keyOf(first) };
    for (const item of rest) {
      const key = keyOf(item);
      if (sign * compareValues(key, best.key) > 0) best = { item, key };
    }
    return best.item;
  };
}

function sum(value: Value, [path, start = 0]: Arguments, evaluation: Evaluation): Value {
  return iterate(value)
    .map(getterOf(evaluation, path))
    .reduce((total, item) => add(total, item), start);
}

/** A group: a pair whose parts also have names. */
function makeGroup(key: Value, items: Value[]): HostObject {
  const pair = new PyTuple([key, items]);
  return {
    [pyType]: "_GroupTuple",
    getAttribute: (name) => {
      if (name === "grouper") return key;
      return name === "list" ? items : findMethod(pair, name) && undefined;
    },
    getItem: (index) => (typeof index === "number" ? pair.items.at(index) : undefined),
    iterate: () => pair.items,
    getLength: () => 2,
    equals: (other) => isEqual(pair, other instanceof PyTuple ? other : new PyTuple([])),
    toText: () => str(pair),
    toRepr: () => str(pair),
    toJson: () => pair,
  };
}

function groupBy(
  value: Value,
  [path, fallback, caseSensitive]: Arguments,
  evaluation: Evaluation,
): Value {
  const getter = attributeGetter(evaluation, required("groupby", "attribute", path), fallback);
  const keyOf = (item: Value): Value => foldCase(getter(item), truth(caseSensitive));
  const groups: { key: Value; items: Value[] }[] = [];
  for (const item of sortValues(iterate(value), keyOf, false)) {
    const key = keyOf(item);
    const group = groups.at(-1);
    if (group !== undefined && isEqual(group.key, key)) group.items.push(item);
    else groups.push({ key, items: [item] });
  }
  return groups.map(({ key, items }) =>
    makeGroup(truth(caseSensitive) ? key : getter(items[0] ?? null), items),
  );
}

function count(value: Value | undefined, callee: string, name: string): number {
  const number = toIndex(required(callee, name, value), name);
  if (number <= 0) throw new PyError("ValueError", `${callee}() needs a positive ${name}`);
  checkItemCount(number);
  return number;
}

function batch(value: Value, [linecount, fill]: Arguments): Value {
  const size = count(linecount, "batch", "linecount");
  const items = iterate(value);
  const batches: Value[][] = [];
  for (let at = 0; at < items.length; at += size) batches.push(items.slice(at, at + size));
  const last = batches.at(-1);
  if (last !== undefined && fill !== undefined && fill !== null) {
    while (last.length < size) last.push(fill);
  }
  return batches;
}

function slice(value: Value, [slices, fill]: Arguments): Value {
  const amount = count(slices, "slice", "slices");
  const items = iterate(value);
  const size = Math.floor(items.length / amount);
  const larger = items.length % amount;
  let at = 0;
  return Array.from({ length: amount }, (_none, index) => {
    const end = at + size + (index < larger ? 1 : 0);
    const part = items.slice(at, end);
    at = end;
    return index >= larger && fill !== undefined && fill !== null ? [...part, fill] : part;
  });
}

function reverse(value: Value): Value {
  if (typeof value === "string") return codePoints(value).toReversed().join("");
  return [...iterate(value)].toReversed();
}

function items(value: Value): Value {
  if (value instanceof Undefined) return [];
  if (value instanceof PyDict) return [...value.entries()].map((entry) => new PyTuple(entry));
  throw new PyError("TypeError", "Can only get item pairs from a mapping.");
}

function fallBack(value: Value, [fallback = "", whenFalse]: Arguments): Value {
  if (value instanceof Undefined) return fallback;
  return truth(whenFalse) && !isTruthy(value) ? fallback : value;
}

function random(value: Value, evaluation: Evaluation): Value {
  if (evaluation.random === undefined) {
    throw new PyError("RuntimeError", "The random filter is not available here");
  }
  const all = iterate(value);
  const index = Math.floor(evaluation.random() * all.length);
  return orElse(all[index], () => evaluation.missing("No random item, sequence was empty."));
}

function attribute(value: Value, [name]: Arguments, evaluation: Evaluation): Value {
  const key = str(required("attr", "name", name));
  // Unlike a dot, the filter never looks at the items of a dict.
  if (value instanceof PyDict && findMethod(value, key) === undefined) {
    return evaluation.missing(`'dict object' has no attribute '${key}'`);
  }
  return getAttribute(evaluation, value, key);
}

function length(value: Value): Value {
  if (value instanceof Undefined && value.behavior === "strict") throw undefinedError(value);
  return lengthOf(value);
}

/** Filters about lists and other collections. */
export const LIST_FILTERS: readonly (readonly [string, Filter])[] = [
  ...defineFilters({
    length: ["", (value) => length(value)],
    count: ["", (value) => length(value)],
    list: ["", (value) => [...iterate(value)]],
    join: ["d attribute", join],
    first: ["", (value, _args, evaluation) => firstOf(value, evaluation)],
    last: ["", (value, _args, evaluation) => lastOf(value, evaluation)],
    sort: ["reverse case_sensitive attribute", sort],
    dictsort: ["case_sensitive by reverse", sortDict],
    unique: ["case_sensitive attribute", unique],
    min: ["case_sensitive attribute", extreme(-1)],
    max: ["case_sensitive attribute", extreme(1)],
    sum: ["attribute start", sum],
    groupby: ["attribute default case_sensitive", groupBy],
    batch: ["linecount fill_with", batch],
    slice: ["slices fill_with", slice],
    reverse: ["", reverse],
    items: ["", items],
    default: ["default_value boolean", fallBack],
    d: ["default_value boolean", fallBack],
    random: ["", (value, _args, evaluation) => random(value, evaluation)],
    attr: ["name", attribute],
  }),
];
