import type { Awaitable } from "@airloom/jinja";

/** Goes on with a value now, or when its promise resolves: the same code serves parsing and running. */
export function after<T, R>(value: Awaitable<T>, next: (value: T) => Awaitable<R>): Awaitable<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}
