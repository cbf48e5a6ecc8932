import { PyError } from "../errors.ts";
import { bindArguments, required } from "../runtime/arguments.ts";
import { add } from "../runtime/arithmetic.ts";
import { checkItemCount } from "../runtime/budget.ts";
import { iterate } from "../values/iterate.ts";
import { toIndex } from "../values/numeric.ts";
import { callable, type HostObject, type Kwargs, PyTuple, type Value } from "../values/value.ts";
import { makeModule } from "./make-module.ts";

function product(args: readonly Value[], kwargs: Kwargs): Value {
  const times = toIndex(kwargs.get("repeat") ?? 1, "repeat");
  const given = args.map(iterate);
  checkItemCount(times * Math.max(1, given.length));
  const lists = Array.from({ length: Math.max(0, times) }, () => given).flat();
  const count = lists.reduce((known, list) => known * list.length, 1);
  checkItemCount(count * Math.max(1, lists.length));
  return Array.from({ length: count }, (_none, at) => {
    let rest = at;
    const row = lists.toReversed().map((list) => {
      const item = list[rest % list.length] ?? null;
      rest = Math.floor(rest / list.length);
      return item;
    });
    return new PyTuple(row.toReversed());
  });
}

function chain(args: readonly Value[]): Value {
  const lists = args.map(iterate);
  checkItemCount(lists.reduce((known, list) => known + list.length, 0));
  return lists.flat();
}

/** One way to choose: how many choices there are, and what may still be chosen after one of the pool. */
interface Choosing {
  readonly name: string;
  count(items: number, length: number): number;
  rest(pool: readonly number[], from: number): readonly number[];
}

/** The product of `times` factors, which is infinite long before it would take long. */
function multiply(times: number, factor: (at: number) => number): number {
  let product = 1;
  for (let at = 0; at < times && product > 0 && product < Infinity; at += 1) product *= factor(at);
  return product;
}

/** In how many ways so many can be chosen, whatever their order. */
function binomial(items: number, length: number): number {
  if (length > items) return 0;
  return multiply(Math.min(length, items - length), (at) => (items - at) / (at + 1));
}

const PERMUTATIONS: Choosing = {
  name: "permutations",
  count: (items, length) => (length > items ? 0 : multiply(length, (at) => items - at)),
  rest: (pool, from) => pool.filter((_item, other) => other !== from),
};

const COMBINATIONS: Choosing = {
  name: "combinations",
  count: binomial,
  rest: (pool, from) => pool.slice(from + 1),
};

const COMBINATIONS_WITH_REPLACEMENT: Choosing = {
  name: "combinations_with_replacement",
  count: (items, length) =>
    items === 0 ? Number(length === 0) : binomial(items + length - 1, length),
  rest: (pool, from) => pool.slice(from),
};

/** Choices nest as deep as they are long. */
const LONGEST_CHOICE = 1_000;

function choose(way: Choosing, args: readonly Value[], kwargs: Kwargs): Value {
  const [pool, size] = bindArguments(way.name, ["iterable", "r"], args, kwargs);
  const items = iterate(required(way.name, "iterable", pool));
  const length = size === undefined || size === null ? items.length : toIndex(size, "r");
  if (length < 0) throw new PyError("ValueError", "r must be non-negative");
  const count = Math.round(way.count(items.length, length));
  if (count === 0) return [];
  // Values in all of them together: that is what fills the memory.
  checkItemCount(count * (length > LONGEST_CHOICE ? Infinity : Math.max(1, length)));
  const result: PyTuple[] = [];
  const walk = (chosen: readonly Value[], available: readonly number[]): void => {
    if (chosen.length === length) {
      result.push(new PyTuple(chosen));
      return;
    }
    const isLast = chosen.length + 1 === length;
    for (const [at, index] of available.entries()) {
      // What leaves too few to go on with is a dead end, of which there are more than one could walk.
      const rest = isLast ? [] : way.rest(available, at);
      if (way.count(rest.length, length - chosen.length - 1) === 0) continue;
      walk([...chosen, items[index] ?? null], rest);
    }
  };
  walk([], [...items.keys()]);
  return result;
}

function longest(args: readonly Value[], kwargs: Kwargs): Value {
  const lists = args.map(iterate);
  const length = lists.reduce((known, list) => Math.max(known, list.length), 0);
  checkItemCount(length * lists.length);
  const fill = kwargs.get("fillvalue") ?? null;
  return Array.from(
    { length },
    (_none, at) => new PyTuple(lists.map((list) => (at < list.length ? (list[at] ?? null) : fill))),
  );
}

function slice(args: readonly Value[]): Value {
  const [source, ...bounds] = args;
  const items = iterate(required("islice", "iterable", source));
  const [first, second, third] = bounds.map((bound) =>
    bound === null ? undefined : toIndex(bound, "islice() argument"),
  );
  const start = bounds.length > 1 ? (first ?? 0) : 0;
  const stop = bounds.length > 1 ? (second ?? items.length) : (first ?? items.length);
  const step = third ?? 1;
  if (step < 1) throw new PyError("ValueError", "Step for islice() must be a positive integer");
  return items.slice(start, stop).filter((_item, at) => at % step === 0);
}

function accumulate(args: readonly Value[]): Value {
  const totals: Value[] = [];
  let held = 0;
  for (const item of iterate(required("accumulate", "iterable", args[0]))) {
    const last = totals.at(-1);
    const total = last === undefined ? item : add(last, item);
    held += Array.isArray(total) ? total.length : 1;
    checkItemCount(held);
    totals.push(total);
  }
  return totals;
}

function repeat(args: readonly Value[]): Value {
  const times = toIndex(required("repeat", "times", args[1]), "times");
  checkItemCount(times);
  const item = args[0] ?? null;
  return Array.from({ length: Math.max(0, times) }, () => item);
}

function pairwise(args: readonly Value[]): Value {
  const items = iterate(required("pairwise", "iterable", args[0]));
  return items.slice(1).map((item, at) => new PyTuple([items[at] ?? null, item]));
}

/** The parts of Python's `itertools` that end by themselves. Results are lists. */
export function makeItertoolsModule(): HostObject {
  return makeModule("itertools", {
    product: callable(product, "product"),
    chain: callable(chain, "chain"),
    ...Object.fromEntries(
      [PERMUTATIONS, COMBINATIONS, COMBINATIONS_WITH_REPLACEMENT].map((way) => [
        way.name,
        callable((args, kwargs) => choose(way, args, kwargs), way.name),
      ]),
    ),
    zip_longest: callable(longest, "zip_longest"),
    islice: callable(slice, "islice"),
    accumulate: callable(accumulate, "accumulate"),
    repeat: callable(repeat, "repeat"),
    pairwise: callable(pairwise, "pairwise"),
  });
}
