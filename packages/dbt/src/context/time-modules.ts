import { isHostObject, NO_KWARGS, pythonModules, type Value } from "@airloom/jinja";

/** dbt's `modules`: `datetime`, `re`, `itertools` and `pytz`. */
export function createModules(now: () => Date): Value {
  return pythonModules({ now });
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
