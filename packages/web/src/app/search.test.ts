import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseDag, parseDags, parseRuns, parseTask, without } from "./search.ts";

describe("addresses", () => {
  test("what does not fit is left out", () => {
    expect(parseDags({ q: 7, tag: "dbt", not: ["a", ""], segment: "no", extra: 1 })).toEqual({
      q: "7",
      tag: ["dbt"],
      not: ["a"],
    });
    expect(parseTask({ try: "2", map: 1.5, tab: "log", dialog: "drop" })).toEqual({
      try: 2,
      tab: "log",
    });
    expect(parseRuns({ state: "failed", offset: "100" })).toEqual({ state: "failed", offset: 100 });
  });

  test("reading an address twice changes nothing", () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom("tab", "runs", "run", "row", "folded", "view"),
          fc.jsonValue(),
        ),
        (raw) => {
          const once = parseDag(raw);
          expect(parseDag(once)).toEqual(once);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test("without() drops only what it names", () => {
    expect(without({ a: 1, b: 2 }, "b")).toEqual({ a: 1 });
  });
});
