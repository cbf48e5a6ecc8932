import { PyError } from "../errors.ts";
import { required } from "../runtime/arguments.ts";
import { checkItemCount } from "../runtime/budget.ts";
import { isEqual } from "../values/compare.ts";
import { isTruthy, iterate } from "../values/iterate.ts";
import { toIndex } from "../values/numeric.ts";
import { sortValues } from "../values/sort.ts";
import { repr } from "../values/text.ts";
import { PyTuple, type Value } from "../values/value.ts";
import { type Method, methodsFor } from "./method.ts";

function isList(value: Value): value is Value[] {
  return Array.isArray(value);
}

function isTuple(value: Value): value is PyTuple {
  return value instanceof PyTuple;
}

function findIndex(items: readonly Value[], wanted: Value): number {
  return items.findIndex((item) => item === wanted || isEqual(item, wanted));
}

function indexOf(items: readonly Value[], wanted: Value | undefined, typeLabel: string): number {
  const value = required("index", "value", wanted);
  const at = findIndex(items, value);
  if (at === -1) throw new PyError("ValueError", `${typeLabel}`.replace("{}", repr(value)));
  return at;
}

function count(items: readonly Value[], wanted: Value | undefined): number {
  const value = required("count", "value", wanted);
  return items.filter((item) => item === value || isEqual(item, value)).length;
}

function pop(list: Value[], index: Value | undefined): Value {
  if (list.length === 0) throw new PyError("IndexError", "pop from empty list");
  const at = index === undefined ? -1 : toIndex(index, "index");
  const removed = list.splice(at, 1);
  const [value] = removed;
  if (value === undefined || at >= list.length + 1 || at < -list.length - 1) {
    throw new PyError("IndexError", "pop index out of range");
  }
  return value;
}

function extend(list: Value[], items: Value | undefined): null {
  const more = [...iterate(required("extend", "iterable", items))];
  checkItemCount(list.length + more.length);
  for (const item of more) list.push(item);
  return null;
}

function append(list: Value[], item: Value | undefined): null {
  checkItemCount(list.length + 1);
  list.push(required("append", "object", item));
  return null;
}

function remove(list: Value[], wanted: Value | undefined): null {
  const at = findIndex(list, required("remove", "value", wanted));
  if (at === -1) throw new PyError("ValueError", "list.remove(x): x not in list");
  list.splice(at, 1);
  return null;
}

/** Methods of lists. */
export const LIST_METHODS: ReadonlyMap<string, Method> = methodsFor(isList, {
  append: ["object", append],
  extend: ["iterable", extend],
  insert: [
    "index object",
    (list, index, item) => {
      list.splice(
        toIndex(required("insert", "index", index), "index"),
        0,
        required("insert", "object", item),
      );
      return null;
    },
  ],
  pop: ["index", pop],
  remove: ["value", remove],
  clear: [
    "",
    (list) => {
      list.length = 0;
      return null;
    },
  ],
  copy: ["", (list) => [...list]],
  index: ["value", (list, value) => indexOf(list, value, "{} is not in list")],
  count: ["value", (list, value) => count(list, value)],
  reverse: [
    "",
    (list) => {
      list.reverse();
      return null;
    },
  ],
  sort: [
    "key reverse",
    (list, _key, reverse) => {
      const sorted = sortValues(list, (item) => item, isTruthy(reverse ?? false));
      list.splice(0, list.length, ...sorted);
      return null;
    },
  ],
});

/** Methods of tuples. */
export const TUPLE_METHODS: ReadonlyMap<string, Method> = methodsFor(isTuple, {
  index: ["value", (tuple, value) => indexOf(tuple.items, value, "tuple.index(x): x not in tuple")],
  count: ["value", (tuple, value) => count(tuple.items, value)],
});
