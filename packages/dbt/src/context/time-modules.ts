import {
  isHostObject,
  NO_KWARGS,
  pythonModules,
  type RegexGuard,
  type Value,
} from "@airloom/jinja";
import { createRegexGuard } from "../template/guard-regex.ts";

// Made when the first expression needs it, and one for the process: slow ones share their time.
let guard: RegexGuard | undefined;
const regexGuard: RegexGuard = (run) => (guard ??= createRegexGuard())(run);

/** dbt's `modules`: `datetime`, `re`, `itertools` and `pytz`. */
export function createModules(now: () => Date): Value {
  return pythonModules({ now, regexGuard });
}

function attribute(value: Value | undefined, name: string): Value | undefined {
  return isHostObject(value) ? value.getAttribute?.(name) : undefined;
}

/** An instant as templates see it: a datetime in UTC. */
export function createTimestamp(instant: Date): Value {
  const modules = createModules(() => instant);
  const datetime = attribute(attribute(modules, "datetime"), "datetime");
  const utc = attribute(attribute(modules, "pytz"), "utc");
  const now = attribute(datetime, "now");
  if (!isHostObject(now) || now.call === undefined) return instant.toISOString();
  const value = now.call(utc === undefined ? [] : [utc], NO_KWARGS);
  return value instanceof Promise ? instant.toISOString() : value;
}
