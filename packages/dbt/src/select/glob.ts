const CACHE = new Map<string, RegExp>();

function compile(pattern: string): RegExp {
  let source = "";
  for (let index = 0; index < pattern.length; index += 1) {
    const char = pattern.charAt(index);
    const end = char === "[" ? pattern.indexOf("]", index + 2) : -1;
    if (char === "*") source += "[\\s\\S]*";
    else if (char === "?") source += "[\\s\\S]";
    else if (end !== -1) {
      const body = pattern.slice(index + 1, end).replaceAll("\\", "\\\\");
      source += `[${body.startsWith("!") ? `^${body.slice(1)}` : body.replace(/^\^/u, "\\^")}]`;
      index = end;
    } else source += char.replaceAll(/[\\^$.*+?()[\]{}|/-]/gu, "\\$&");
  }
  return new RegExp(`^${source}$`, "u");
}

/** Whether a text has wildcards. */
export function isGlob(text: string): boolean {
  return /[*?[\]]/u.test(text);
}

/** Whether a text matches a pattern of `*`, `?` and `[…]`, as Python's fnmatch. */
export function matchesGlob(text: string, pattern: string): boolean {
  if (!isGlob(pattern)) return text === pattern;
  let regexp = CACHE.get(pattern);
  if (regexp === undefined) {
    regexp = compile(pattern);
    CACHE.set(pattern, regexp);
  }
  return regexp.test(text);
}
