/** `: did you mean "retries"?` for the end of a message; empty when nothing is near. */
export function renderSuggestion(word: string, known: readonly string[]): string {
  const ranked = known
    .map((candidate) => ({ candidate, distance: measureDistance(word, candidate) }))
    .toSorted((a, b) => a.distance - b.distance);
  const [nearest] = ranked;
  if (nearest === undefined || nearest.distance > Math.max(2, word.length / 3)) return "";
  return `: did you mean "${nearest.candidate}"?`;
}

/** Levenshtein's distance, blind to case and underscores so that `retry_delay` is near `retryDelay`. */
export function measureDistance(left: string, right: string): number {
  const a = left.toLowerCase().replaceAll("_", "");
  const b = right.toLowerCase().replaceAll("_", "");
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const substitution = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const insertion = (current[column - 1] ?? 0) + 1;
      const deletion = (previous[column] ?? 0) + 1;
      current.push(Math.min(substitution, insertion, deletion));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
