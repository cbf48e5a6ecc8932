/** A whole number of an option, from `least` on: with none, a torture would try nothing and find nothing. */
export function readCount(name: string, text: string, least = 1): number {
  const count = Number(text);
  if (/^\d+$/u.test(text) && Number.isSafeInteger(count) && count >= least) return count;
  throw new Error(`Cannot read --${name} "${text}": expected a whole number from ${least}`);
}
