import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkText } from "./check-text.ts";
import { InvalidInput } from "./invalid-input.ts";

function nest(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level += 1) value = [value];
  return value;
}

describe("checkText()", () => {
  test("lets every JSON value of moderate size pass", () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ noUnicodeString: false }).filter((value) => {
          const text = JSON.stringify(value);
          return !text.includes("\\u0000") && !/\\ud[89a-f]/u.test(text);
        }),
        (value) => {
          expect(() => checkText("body", value)).not.toThrow();
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test.each([
    ["NUL in a value", { a: ["x\u0000"] }],
    ["NUL in a key", { "a\u0000": 1 }],
    ["half a surrogate pair", ["\ud800"]],
    ["100 levels", nest(100)],
    ["100,000 levels", nest(100_000)],
    ["300,000 values", Array.from({ length: 300_000 }, () => 1)],
  ])("refuses %s", (_case, value) => {
    expect(() => checkText("body", value)).toThrow(InvalidInput);
  });
});
