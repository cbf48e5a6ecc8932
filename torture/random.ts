/** A seeded source of numbers: the same seed gives the same faults. Mulberry32. */
export function openRandom(seed: number): {
  next(): number;
  below(limit: number): number;
  pick<T>(items: readonly T[]): T | undefined;
} {
  let state = seed >>> 0;
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  const below = (limit: number): number => Math.floor(next() * limit);
  return { next, below, pick: (items) => items[below(items.length)] };
}
