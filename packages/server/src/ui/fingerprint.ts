/**
 * What two messages of one cause have in common: ids, instants, addresses, durations and long numbers are left out.
 * Short numbers stay: 404 and 503 are two causes.
 */
export function fingerprint(message: string): string {
  return VARYING.reduce((text, [pattern, word]) => text.replaceAll(pattern, word), message)
    .replaceAll(/\s+/gu, " ")
    .trim();
}

/** In this order: an instant holds numbers, a UUID holds what looks like one. */
const VARYING: readonly (readonly [pattern: RegExp, word: string])[] = [
  [/\b[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}\b/giu, "<id>"],
  [/\d{4}-\d\d-\d\d(?:[T_ ]\d\d:?\d\d(?::?\d\d(?:\.\d+)?)?)?(?:Z|[+-]\d\d:?\d\d)?/gu, "<time>"],
  [/\b\d\d:\d\d:\d\d(?:\.\d+)?\b/gu, "<time>"],
  [/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/gu, "<host>"],
  [/(?<=\b[\w-]+(?:\.[\w-]+)*):\d{4,5}\b/gu, ":<port>"],
  [/\b(?=[a-f]*\d)[\da-f]{12,}\b/giu, "<id>"],
  [
    /\b(?<word>run|job|id|pid|process|attempt|try|line|step|index|worker|row|rows)(?<between>[ #:=]+)\d+\b/giu,
    "$<word>$<between><n>",
  ],
  [/\b\d+(?:\.\d+)? ?(?:ms|s|sec|seconds|min|minutes)\b/gu, "<duration>"],
  [/\b\d+\.\d+\b/gu, "<n>"],
  [/\b\d{4,}\b/gu, "<n>"],
];
