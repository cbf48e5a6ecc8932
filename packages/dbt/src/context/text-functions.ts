import {
  callable,
  checkItemCount,
  dumpJson,
  type HostObject,
  iterate,
  PyDict,
  PyError,
  PySet,
  PyTuple,
  type Value,
} from "@airloom/jinja";
import { stringify } from "yaml";
import { DbtError, messageOf } from "../error.ts";
import { isJsonList, isJsonObject, type JsonValue } from "../json.ts";
import { bindArguments } from "../template/bind-arguments.ts";
import { isTruthy, itemsOf, renderText, toData, toValue } from "../template/values.ts";
import { md5 } from "../text/md5.ts";
import { parseYaml } from "../yaml/yaml-document.ts";

function simple(
  name: string,
  parameters: readonly string[],
  run: (bound: readonly (Value | undefined)[]) => Value,
): HostObject {
  return callable((args, kwargs) => run(bindArguments(name, parameters, args, kwargs)), name);
}

function isJsonValue(value: unknown): value is JsonValue {
  if (value === null || ["string", "number", "boolean"].includes(typeof value)) return true;
  if (isJsonList(value)) return value.every(isJsonValue);
  return isJsonObject(value) && Object.values(value).every(isJsonValue);
}

function parseJson(text: string): Value | undefined {
  try {
    const data: unknown = JSON.parse(text);
    return isJsonValue(data) ? toValue(data) : undefined;
  } catch {
    return undefined;
  }
}

function parseYamlOr(text: string, fallback: Value): Value {
  try {
    return toValue(parseYaml(text, "fromyaml()"));
  } catch (error) {
    if (fallback !== null) return fallback;
    throw new DbtError(
      "Compilation",
      `Cannot read the argument of fromyaml(): ${messageOf(error)}`,
    );
  }
}

function zip(args: readonly Value[]): Value {
  const [first = [], ...others] = args.map(iterate);
  const length = others.reduce((known, list) => Math.min(known, list.length), first.length);
  checkItemCount(length * args.length);
  return Array.from(
    { length },
    (_, at) => new PyTuple([first, ...others].map((list) => list[at] ?? null)),
  );
}

/** What dbt's lenient forms give for what Python cannot walk over. */
function orElse(fallback: Value, make: () => Value): Value {
  try {
    return make();
  } catch (error) {
    if (error instanceof PyError && error.type === "TypeError") return fallback;
    throw error;
  }
}

/** What the lists of one dict have beyond those of the other, lower and upper case apart. */
function differences(left: Value, right: Value): Value {
  if (!(left instanceof PyDict) || !(right instanceof PyDict)) return new PyDict();
  const lower = (value: Value): string => renderText(value).toLowerCase();
  const others = new Map(
    [...right.entries()].map(([key, items]) => [lower(key), new Set(itemsOf(items).map(lower))]),
  );
  return new PyDict(
    [...left.entries()].flatMap(([key, items]): (readonly [Value, Value])[] => {
      const known = others.get(lower(key));
      if (known === undefined) return [[key, items]];
      const more = itemsOf(items).filter((item) => !known.has(lower(item)));
      return more.length === 0 ? [] : [[key, more]];
    }),
  );
}

/** dbt's context functions that only turn values into others. */
export const TEXT_FUNCTIONS: Readonly<Record<string, Value>> = {
  tojson: simple(
    "tojson",
    ["value", "default", "sort_keys"],
    ([value = null, fallback, sort = false]) => {
      try {
        return dumpJson(value, { indent: undefined, sortKeys: isTruthy(sort) });
      } catch (error) {
        if (fallback === undefined || fallback === null) throw error;
        return fallback;
      }
    },
  ),
  fromjson: simple(
    "fromjson",
    ["string", "default"],
    ([text = null, fallback = null]) => parseJson(renderText(text)) ?? fallback,
  ),
  toyaml: simple("toyaml", ["value", "default", "sort_keys"], ([value = null, , sort = false]) =>
    stringify(toData(value), { indentSeq: false, sortMapEntries: isTruthy(sort) }),
  ),
  fromyaml: simple("fromyaml", ["value", "default"], ([text = null, fallback = null]) =>
    parseYamlOr(renderText(text), fallback),
  ),
  local_md5: simple("local_md5", ["value"], ([value = null]) => md5(renderText(value))),
  set: simple("set", ["value", "default"], ([value = null, fallback = null]) =>
    orElse(fallback, () => new PySet(iterate(value))),
  ),
  set_strict: simple("set_strict", ["value"], ([value = null]) => new PySet(iterate(value))),
  zip: callable((args, kwargs) => orElse(kwargs.get("default") ?? null, () => zip(args)), "zip"),
  zip_strict: callable((args) => zip(args), "zip_strict"),
  diff_of_two_dicts: simple(
    "diff_of_two_dicts",
    ["dict_a", "dict_b"],
    ([left = null, right = null]) => differences(left, right),
  ),
  return: simple("return", ["data"], ([value = null]) => value),
};
