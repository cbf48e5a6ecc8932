/** Shorter bars could not be seen. */
const LEAST = 3;

/** Bar heights for durations, the longest filling `height`; a run without one yet gets the least. */
export function barHeights(
  runs: readonly { readonly duration: number | null }[],
  height: number,
): readonly number[] {
  const longest = Math.max(0, ...runs.map(({ duration }) => duration ?? 0));
  return runs.map(({ duration }) =>
    longest === 0 || duration === null ? LEAST : Math.max(LEAST, (duration / longest) * height),
  );
}
