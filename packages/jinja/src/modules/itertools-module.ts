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
  const lists = Array.from({ length: times }, () => args.map(iterate)).flatMap((part) => part);
  checkItemCount(lists.reduce((count, list) => count * list.length, 1));
  return lists
    .reduce<Value[][]>(
      (rows, list) => rows.flatMap((row) => list.map((item) => [...row, item])),
      [[]],
    )
    .map((row) => new PyTuple(row));
}

function chain(args: readonly Value[]): Value {
  return args.flatMap((arg) => [...iterate(arg)]);
}

type Pick = (pool: readonly number[], from: number) => readonly number[];

function choices(args: readonly Value[], kwargs: Kwargs, rest: Pick): Value {
  const [pool, size] = bindArguments("combinations", ["iterable", "r"], args, kwargs);
  const items = iterate(required("combinations", "iterable", pool));
  const length = size === undefined || size === null ? items.length : toIndex(size, "r");
  const result: PyTuple[] = [];
  const walk = (chosen: readonly Value[], available: readonly number[]): void => {
    if (chosen.length === length) {
      checkItemCount(result.push(new PyTuple(chosen)));
      return;
    }
    for (const [at, index] of available.entries()) {
      walk([...chosen, items[index] ?? null], rest(available, at));
    }
  };
  walk([], [...items.keys()]);
  return result;
}

function longest(args: readonly Value[], kwargs: Kwargs): Value {
  const lists = args.map(iterate);
  const length = Math.max(0, ...lists.map((list) => list.length));
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
  for (const item of iterate(required("accumulate", "iterable", args[0]))) {
    const last = totals.at(-1);
    totals.push(last === undefined ? item : add(last, item));
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
    permutations: callable(
      (args, kwargs) =>
        choices(args, kwargs, (pool, at) => pool.filter((_item, other) => other !== at)),
      "permutations",
    ),
    combinations: callable(
      (args, kwargs) => choices(args, kwargs, (pool, at) => pool.slice(at + 1)),
      "combinations",
    ),
    combinations_with_replacement: callable(
      (args, kwargs) => choices(args, kwargs, (pool, at) => pool.slice(at)),
      "combinations_with_replacement",
    ),
    zip_longest: callable(longest, "zip_longest"),
    islice: callable(slice, "islice"),
    accumulate: callable(accumulate, "accumulate"),
    repeat: callable(repeat, "repeat"),
    pairwise: callable(pairwise, "pairwise"),
  });
}
