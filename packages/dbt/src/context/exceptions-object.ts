import { callable, type Value } from "@airloom/jinja";
import { DbtError } from "../error.ts";
import { renderText } from "../template/values.ts";
import { recordObject } from "./record-object.ts";

function raise(message: string): never {
  throw new DbtError("Compilation", message);
}

/** dbt's `exceptions`: how a macro stops or warns. */
export function createExceptionsObject(warn: (message: string) => void): Value {
  return recordObject("exceptions", (name) => {
    if (name === "warn") {
      return callable(([message = null]) => {
        warn(renderText(message));
        return "";
      }, name);
    }
    if (name.startsWith("warn_")) return callable(() => "", name);
    const isKnown =
      name.startsWith("raise_") || name === "missing_relation" || name === "relation_wrong_type";
    if (!isKnown) return undefined;
    return callable(([message = null]) => raise(renderText(message)), name);
  });
}
