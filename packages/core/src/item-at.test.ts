import fc from "fast-check";
import { expect, test } from "vitest";
import { itemAt, itemOf } from "./item-at.ts";

test("itemAt() answers what is there and throws for any other position", () => {
  fc.assert(
    fc.property(fc.array(fc.string()), fc.integer({ min: -5, max: 20 }), (items, index) => {
      if (index in items) expect(itemAt(items, index)).toBe(items[index]);
      else expect(() => itemAt(items, index)).toThrow(`no item ${index} of ${items.length}`);
    }),
    { numRuns: 1_000 },
  );
});

test("itemOf() answers what is there and throws for any other key", () => {
  fc.assert(
    fc.property(fc.array(fc.string()), fc.string(), (keys, key) => {
      const items = new Map(keys.map((own, position) => [own, position]));
      if (items.has(key)) expect(itemOf(items, key)).toBe(items.get(key));
      else expect(() => itemOf(items, key)).toThrow(`no item ${JSON.stringify(key)}`);
    }),
    { numRuns: 1_000 },
  );
});
