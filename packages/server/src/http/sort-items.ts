type Key = string | number | boolean | null;

/** Sorts by the first name that tells two items apart; `-` in front turns one around; empty keys come last. */
export function sortItems<T>(
  items: readonly T[],
  orderBy: readonly string[],
  keyOf: (item: T, name: string) => Key,
): readonly T[] {
  return items.toSorted((a, b) => {
    for (const order of orderBy) {
      const name = order.replace(/^-/u, "");
      const difference = compareKeys(keyOf(a, name), keyOf(b, name), order.startsWith("-"));
      if (difference !== 0) return difference;
    }
    return 0;
  });
}

function compareKeys(a: Key, b: Key, isDescending: boolean): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  const difference = a < b ? -1 : 1;
  return isDescending ? -difference : difference;
}
