import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { renderCanonicalJson } from "./canonical-json.ts";

describe("renderCanonicalJson()", () => {
  test("sorts keys at every depth and leaves lists in order", () => {
    expect(renderCanonicalJson({ b: [{ d: 1, c: null }, 2], a: "x" })).toBe(
      '{"a":"x","b":[{"c":null,"d":1},2]}',
    );
  });

  test("is the same whatever the order of keys, and reads back as the same value", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const shuffled = Object.fromEntries(Object.entries(value).toReversed());
        expect(renderCanonicalJson(shuffled)).toBe(renderCanonicalJson(value));
        expect(JSON.parse(renderCanonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { numRuns: 1_000 },
    );
  });
});
