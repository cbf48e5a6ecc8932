import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { admit, splitIntoWaves } from "./admit.ts";

const key = fc.constantFrom("a", "b", "c");
const candidate = fc.record({ key, size: fc.integer({ min: 1, max: 5 }) });
const free = fc
  .dictionary(key, fc.integer({ min: -3, max: 12 }))
  .map((slots) => new Map(Object.entries(slots)));

describe("admit()", () => {
  test("never admits more than there is room for", () => {
    fc.assert(
      fc.property(fc.array(candidate), free, (candidates, slots) => {
        const admitted = candidates.filter((_, at) => admit(candidates, slots)[at]);
        for (const name of ["a", "b", "c"]) {
          const taken = admitted
            .filter((item) => item.key === name)
            .reduce((sum, item) => sum + item.size, 0);
          expect(taken).toBeLessThanOrEqual(Math.max(0, slots.get(name) ?? 0));
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test("refuses only what does not fit beside those admitted before it", () => {
    fc.assert(
      fc.property(fc.array(candidate), free, (candidates, slots) => {
        const verdicts = admit(candidates, slots);
        candidates.forEach((item, at) => {
          const before = candidates.filter(
            (other, index) => index < at && verdicts[index] && other.key === item.key,
          );
          const taken = before.reduce((sum, other) => sum + other.size, 0);
          expect(verdicts[at]).toBe(taken + item.size <= (slots.get(item.key) ?? 0));
        });
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("splitIntoWaves()", () => {
  test("keeps every item, no key twice in a wave, and the order of each key's items", () => {
    fc.assert(
      fc.property(fc.array(key), (keys) => {
        const items = keys.map((name, at) => ({ name, at }));
        const waves = splitIntoWaves(items, ({ name }) => name);
        expect(waves.flat().toSorted((x, y) => x.at - y.at)).toEqual(items);
        for (const wave of waves)
          expect(new Set(wave.map(({ name }) => name)).size).toBe(wave.length);
        for (const name of ["a", "b", "c"]) {
          const order = waves
            .flat()
            .filter((item) => item.name === name)
            .map(({ at }) => at);
          expect(order).toEqual(order.toSorted((x, y) => x - y));
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
