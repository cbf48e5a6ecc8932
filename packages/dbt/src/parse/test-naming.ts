import { isJsonList, isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import { md5 } from "../text/md5.ts";
import { renderPythonRepr, renderPythonStr } from "../text/python-repr.ts";

function partsOf(value: JsonValue): readonly JsonValue[] {
  if (isJsonList(value)) return value;
  return isJsonObject(value) ? Object.values(value) : [value];
}

/** The name dbt gives a generic test, and the short form it uses where names are limited. */
export function nameTest(
  test: string,
  target: string,
  args: JsonObject,
): { readonly short: string; readonly full: string } {
  const words = Object.keys(args)
    .toSorted()
    .filter((key) => key !== "model")
    .flatMap((key) => partsOf(args[key] ?? null))
    .map((part) => renderPythonStr(part).replaceAll(/[^0-9a-zA-Z_]+/gu, "_"));
  const full = `${test}_${target}_${words.join("__")}`;
  if (full.length < 64) return { short: full, full };
  return { short: `${`${test}_${target}`.slice(0, 30)}_${md5(full)}`, full };
}

function hashable(value: JsonValue): JsonValue {
  if (isJsonList(value)) return value.map(hashable);
  if (!isJsonObject(value)) return renderPythonStr(value);
  const keys = Object.keys(value).toSorted();
  return Object.fromEntries(keys.map((key) => [key, hashable(value[key] ?? null)]));
}

/** The last part of a generic test's id. */
export function hashTest(name: string, metadata: JsonObject): string {
  return md5(name + renderPythonRepr(hashable(metadata))).slice(-10);
}
