/**
 * JSON text that is the same for the same value, whatever the order in which its keys were written.
 *
 * Its hash is a Dag's version; the hashing itself is left to callers.
 */
export function renderCanonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => sortKeys(inner));
}

function sortKeys(value: unknown): unknown {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1)),
  );
}
