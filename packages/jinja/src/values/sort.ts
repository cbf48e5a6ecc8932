import { compareValues } from "./compare.ts";
import type { Value } from "./value.ts";

/** Sorts stably by a key, as Python's `sorted`. */
export function sortValues(
  items: readonly Value[],
  keyOf: (item: Value) => Value,
  isReversed: boolean,
): Value[] {
  const keyed = items.map((item) => ({ item, key: keyOf(item) }));
  // Reversing the order of the comparison, not of the result, keeps equal items in place.
  const sign = isReversed ? -1 : 1;
  keyed.sort((left, right) => sign * (compareValues(left.key, right.key) || 0));
  return keyed.map(({ item }) => item);
}
