/**
 * Airflow's patterns: `%` and `_` as in SQL LIKE, `|` between alternatives, upper and lower case alike, and anywhere
 * in the text.
 *
 * Matched greedily with one step back per `%`: linear in the text for each part, whatever the pattern.
 */
export function matchesPattern(pattern: string, text: string): boolean {
  return pattern
    .split("|")
    .some((part) =>
      matchesLike(Array.from(`%${part.toLowerCase()}%`), Array.from(text.toLowerCase())),
    );
}

function matchesLike(pattern: readonly string[], text: readonly string[]): boolean {
  let inPattern = 0;
  let inText = 0;
  let lastStar = -1;
  let starText = 0;
  while (inText < text.length) {
    const wanted = pattern[inPattern];
    if (wanted === "%") {
      lastStar = inPattern;
      starText = inText;
      inPattern += 1;
    } else if (wanted === "_" || (wanted !== undefined && wanted === text[inText])) {
      inPattern += 1;
      inText += 1;
    } else if (lastStar >= 0) {
      inPattern = lastStar + 1;
      starText += 1;
      inText = starText;
    } else {
      return false;
    }
  }
  return pattern.slice(inPattern).every((rest) => rest === "%");
}
