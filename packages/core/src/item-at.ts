/** The item of a position that is known to hold one: no item there is a bug. */
export function itemAt<T>(items: ArrayLike<T | undefined>, index: number): T {
  const item = items[index];
  if (item === undefined) throw new Error(`There is no item ${index} of ${items.length}`);
  return item;
}

/** The item of a key that is known to have one: no item there is a bug. */
export function itemOf<K, V>(items: ReadonlyMap<K, V>, key: K): V {
  const item = items.get(key);
  if (item === undefined) throw new Error(`There is no item ${JSON.stringify(key)}`);
  return item;
}
