import { type InputIssue, InvalidInput } from "./invalid-input.ts";

const MAX_DEPTH = 64;
const MAX_VALUES = 200_000;

/**
 * Refuses what no column can hold and no schema should have to walk: NUL, lone surrogates,
 * nesting beyond 64 levels, more than 200,000 values.
 */
export function checkText(place: InputIssue["loc"][number], input: unknown): void {
  const open: { readonly value: unknown; readonly depth: number }[] = [{ value: input, depth: 0 }];
  let count = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, depth } = next;
    count += 1;
    if (typeof value === "string") checkString(place, value);
    if (typeof value !== "object" || value === null) continue;
    if (depth >= MAX_DEPTH) refuse(place, "too_deep", `expected at most ${MAX_DEPTH} levels`);
    for (const [key, inner] of Object.entries(value)) {
      checkString(place, key);
      open.push({ value: inner, depth: depth + 1 });
    }
    if (count + open.length > MAX_VALUES) {
      refuse(place, "too_many", `expected at most ${MAX_VALUES} values`);
    }
  }
}

function checkString(place: string | number, text: string): void {
  if (text.includes("\0")) refuse(place, "bad_text", "expected text without NUL characters");
  if (!text.isWellFormed()) refuse(place, "bad_text", "expected well-formed Unicode");
}

function refuse(place: string | number, type: string, msg: string): never {
  throw new InvalidInput([{ loc: [place], msg, type }]);
}
