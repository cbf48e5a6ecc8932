import { getTest } from "../builtin-tests.ts";
import type { Filter, Test } from "../environment-options.ts";
import { PyError } from "../errors.ts";
import type { Evaluation } from "../runtime/evaluation.ts";
import { isTruthy, iterate } from "../values/iterate.ts";
import { str } from "../values/text.ts";
import { type Awaitable, type Kwargs, NO_KWARGS, type Value } from "../values/value.ts";
import { attributeGetter } from "./attribute-path.ts";

/** Filters that call another filter or test for each item, which may answer promises. */
export const MAPPING_FILTERS: readonly (readonly [string, Filter])[] = [
  ["map", mapItems],
  [
    "select",
    (value, args, _kwargs, evaluation) =>
      choose(value, { evaluation, wanted: true, test: plainTest(args, evaluation) }),
  ],
  [
    "reject",
    (value, args, _kwargs, evaluation) =>
      choose(value, { evaluation, wanted: false, test: plainTest(args, evaluation) }),
  ],
  [
    "selectattr",
    (value, args, _kwargs, evaluation) =>
      choose(value, { evaluation, wanted: true, test: attributeTest(args, evaluation) }),
  ],
  [
    "rejectattr",
    (value, args, _kwargs, evaluation) =>
      choose(value, { evaluation, wanted: false, test: attributeTest(args, evaluation) }),
  ],
];

// As in Jinja, what is false has no items here: `none | map(...)` gives nothing instead of failing.
function itemsOf(value: Value): readonly Value[] {
  return isTruthy(value) ? iterate(value) : [];
}

function all<T>(results: readonly Awaitable<T>[]): Awaitable<readonly T[]> {
  const settled: T[] = [];
  for (const result of results) {
    if (result instanceof Promise) return Promise.all(results);
    settled.push(result);
  }
  return settled;
}

function mapItems(
  value: Value,
  args: readonly Value[],
  kwargs: Kwargs,
  evaluation: Evaluation,
): Awaitable<Value> {
  const convert = converterOf(args, kwargs, evaluation);
  const results = all(itemsOf(value).map(convert));
  return results instanceof Promise ? results.then((done) => [...done]) : [...results];
}

function converterOf(
  args: readonly Value[],
  kwargs: Kwargs,
  evaluation: Evaluation,
): (item: Value) => Awaitable<Value> {
  const path = kwargs.get("attribute");
  if (args.length === 0 && path !== undefined) {
    rejectOthers(kwargs);
    return attributeGetter(evaluation, path, kwargs.get("default"));
  }
  const [name, ...rest] = args;
  if (name === undefined)
    throw new PyError("FilterArgumentError", "map requires a filter argument");
  const filter = evaluation.filters.get(str(name));
  if (filter === undefined) {
    throw new PyError("TemplateRuntimeError", `No filter named '${str(name)}'.`);
  }
  return (item) => filter(item, rest, kwargs, evaluation);
}

function rejectOthers(kwargs: Kwargs): void {
  for (const name of kwargs.keys()) {
    if (name !== "attribute" && name !== "default") {
      throw new PyError("FilterArgumentError", `Unexpected keyword argument '${name}'`);
    }
  }
}

type Predicate = (item: Value) => Awaitable<boolean>;

function plainTest(args: readonly Value[], evaluation: Evaluation): Predicate {
  const [name, ...rest] = args;
  if (name === undefined) return isTruthy;
  return applyTest(getTest(evaluation.tests, name), rest, evaluation);
}

function attributeTest(args: readonly Value[], evaluation: Evaluation): Predicate {
  const [path, ...rest] = args;
  if (path === undefined)
    throw new PyError("FilterArgumentError", "Missing parameter for attribute name");
  const getter = attributeGetter(evaluation, path);
  const test = plainTest(rest, evaluation);
  return (item) => test(getter(item));
}

function applyTest(test: Test, args: readonly Value[], evaluation: Evaluation): Predicate {
  return (item) => test(item, args, NO_KWARGS, evaluation);
}

function choose(
  value: Value,
  options: { readonly evaluation: Evaluation; readonly wanted: boolean; readonly test: Predicate },
): Awaitable<Value> {
  const items = itemsOf(value);
  const keep = (verdicts: readonly boolean[]): Value[] =>
    items.filter((_item, at) => verdicts[at] === options.wanted);
  const verdicts = all(items.map(options.test));
  return verdicts instanceof Promise ? verdicts.then(keep) : keep(verdicts);
}
