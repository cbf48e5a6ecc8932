import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sortItems } from "./sort-items.ts";

interface Item {
  readonly a: number | null;
  readonly b: number | null;
}

const anyItem = fc.record({
  a: fc.option(fc.integer({ min: 0, max: 3 })),
  b: fc.option(fc.integer({ min: 0, max: 3 })),
});
const keyOf = (item: Item, name: string) => (name === "a" ? item.a : item.b);

describe("sortItems()", () => {
  test("sorts by the first key that tells items apart, empty ones last either way", () => {
    fc.assert(
      fc.property(fc.array(anyItem), fc.boolean(), (items, isDescending) => {
        const sorted = sortItems(items, [isDescending ? "-a" : "a", "b"], keyOf);
        for (const [index, next] of sorted.slice(1).entries()) {
          const item = sorted[index];
          if (item === undefined || next.a === null) continue;
          expect(item.a).not.toBeNull();
          if (item.a === next.a) expect(item.b ?? 4).toBeLessThanOrEqual(next.b ?? 4);
          else expect((item.a ?? 0) < next.a).toBe(!isDescending);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test("keeps the order of what it cannot tell apart", () => {
    const items = [
      { a: 1, b: 2 },
      { a: 1, b: 1 },
    ];
    expect(sortItems(items, ["a"], keyOf)).toEqual(items);
  });
});
