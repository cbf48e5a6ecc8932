/** Something that wants `size` places of what `key` names. */
export interface Candidate {
  readonly key: string;
  readonly size: number;
}

/**
 * Admits candidates in order while there is room for each; a candidate too large for what is left does not
 * stop a smaller one behind it. A key that is not in `free` has no room at all.
 */
export function admit(
  candidates: readonly Candidate[],
  free: ReadonlyMap<string, number>,
): readonly boolean[] {
  const left = new Map(free);
  return candidates.map(({ key, size }) => {
    const room = left.get(key) ?? 0;
    if (size > room) return false;
    left.set(key, room - size);
    return true;
  });
}

/** Splits a list so that no part holds two items of one key and parts keep the order of a key's items. */
export function splitIntoWaves<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
): readonly (readonly T[])[] {
  const seen = new Map<string, number>();
  const waves: T[][] = [];
  for (const item of items) {
    const key = keyOf(item);
    const wave = seen.get(key) ?? 0;
    seen.set(key, wave + 1);
    const members = waves[wave];
    if (members === undefined) waves.push([item]);
    else members.push(item);
  }
  return waves;
}
