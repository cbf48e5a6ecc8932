import { PyError } from "../errors.ts";
import type { TranslatedPattern } from "./re-pattern.ts";

/** Runs something that cannot be stopped from inside; `undefined` when it took longer than it may. */
export type RegexGuard = <T>(run: () => T) => { readonly value: T } | undefined;

/** Steps that a regular expression may take without anybody watching: a fraction of a second. */
const FREE_STEPS = 1_000_000;

/**
 * Whether an expression surely ends soon on a text of that length: nothing is repeated as a group, so that each
 * repetition at most multiplies the work by the length, and each alternative at most doubles it.
 */
function isCheap(source: string, length: number): boolean {
  if (/\)[*+?{]|\\[1-9]|\\k</u.test(source)) return false;
  const repetitions = source.match(/[*+?{]/gu)?.length ?? 0;
  const choices = source.match(/\|/gu)?.length ?? 0;
  return 2 ** choices * (length + 1) ** (repetitions + 1) <= FREE_STEPS;
}

/** Runs an expression on a text under the guard, unless it surely ends soon. */
export function runRegex<T>(
  guard: RegexGuard | undefined,
  pattern: TranslatedPattern & { readonly text: string },
  subject: string,
  run: () => T,
): T {
  if (guard === undefined || isCheap(pattern.source, subject.length)) return run();
  const result = guard(run);
  if (result !== undefined) return result.value;
  throw new PyError(
    "LimitError",
    `the regular expression ${JSON.stringify(pattern.text)} takes too long on a text of ${subject.length} characters: a limit stopped it; repeat no group that holds a repetition`,
  );
}
