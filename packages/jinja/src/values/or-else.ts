import type { Value } from "./value.ts";

/** The value, or another one when there is none. Unlike `??`, it keeps Python's none, which is a value. */
export function orElse<T extends Value>(value: Value | undefined, fallback: () => T): Value {
  return value === undefined ? fallback() : value;
}
