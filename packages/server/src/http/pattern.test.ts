import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matchesPattern } from "./pattern.ts";

describe("matchesPattern()", () => {
  test.each([
    ["fli", "flights", true],
    ["f%s", "flights", true],
    ["f_ights", "flights", true],
    ["FLIGHTS", "flights", true],
    ["weather|flig", "flights", true],
    ["weather|x", "flights", false],
    ["f%x", "flights", false],
    ["a.c", "abc", false],
    ["(", "abc", false],
    ["", "abc", true],
  ])("%j finds %j: %s", (pattern, text, expected) => {
    expect(matchesPattern(pattern, text)).toBe(expected);
  });

  test("finds every part of a text, wherever it lies", () => {
    fc.assert(
      fc.property(fc.string(), fc.stringMatching(/^[a-z0-9]*$/u), fc.string(), (a, part, b) => {
        expect(matchesPattern(part, a + part + b)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  test("is not led into long walks", () => {
    expect(matchesPattern(`${"a%".repeat(400)}!`, "a".repeat(1_000))).toBe(false);
  });
});
