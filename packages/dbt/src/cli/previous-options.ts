import { isJsonObject, type JsonObject } from "../json.ts";
import type { CommandLine, OptionValue } from "./parse-arguments.ts";

/** What a retry keeps of the command line of the run before. */
const KEPT = [
  "target",
  "profile",
  "threads",
  "full_refresh",
  "fail_fast",
  "store_failures",
  "warn_error",
];

function isOptionValue(value: unknown): value is OptionValue {
  return ["string", "number", "boolean"].includes(typeof value);
}

/** The command line of a retry, completed by the arguments of the run before; its own options win. */
export function withPreviousOptions(line: CommandLine, previous: JsonObject): CommandLine {
  const kept = KEPT.flatMap((key): [string, OptionValue][] => {
    const value = previous[key];
    return isOptionValue(value) ? [[key, value]] : [];
  });
  const { vars } = previous;
  if (isJsonObject(vars) && Object.keys(vars).length > 0) {
    kept.push(["vars", JSON.stringify(vars)]);
  }
  return { ...line, options: { ...Object.fromEntries(kept), ...line.options } };
}
