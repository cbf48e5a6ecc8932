import fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import { toJsonValue, type Wire } from "./wire.ts";

describe("toJsonValue()", () => {
  test("keeps every JSON value as it is", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.stringify(toJsonValue(value))).toBe(JSON.stringify(value));
      }),
      { numRuns: 1_000 },
    );
  });

  test("turns dates into ISO text and leaves undefined keys out", () => {
    expect(toJsonValue({ at: new Date(0), none: undefined, list: [undefined] })).toEqual({
      at: "1970-01-01T00:00:00.000Z",
      list: [null],
    });
  });

  test.each([
    [{ a: { b: [1n] } }, "Cannot keep value.a.b[0] as JSON: a bigint has no JSON form"],
    [[Number.NaN], "Cannot keep value[0] as JSON: NaN is not a JSON number"],
    [{ f: () => 1 }, "Cannot keep value.f as JSON: a function has no JSON form"],
    [Promise.resolve(1), "Cannot keep value as JSON: a Promise is not awaited"],
    [new Set([1]), "a Set has no JSON form"],
  ])("refuses what JSON would lose: %s", (value, message) => {
    expect(() => toJsonValue(value)).toThrow(message);
  });

  test("refuses a value that contains itself", () => {
    const loop: { self?: unknown } = {};
    loop.self = loop;
    expect(() => toJsonValue(loop)).toThrow("it contains itself");
  });

  test("its type says what arrives downstream", () => {
    expectTypeOf<Wire<{ at: Date; n: number }>>().toEqualTypeOf<{ at: string; n: number }>();
    expectTypeOf<Wire<undefined>>().toEqualTypeOf<null>();
    expectTypeOf<Wire<readonly Date[]>>().toEqualTypeOf<readonly string[]>();
  });
});
