import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseAnsi, stripAnsi } from "./parse-ansi.ts";

const ESC = "\u001b";

describe("parseAnsi()", () => {
  test("colours last until they are reset", () => {
    expect(parseAnsi(`OK [${ESC}[32mSELECT${ESC}[0m in 1s]`)).toEqual([
      { text: "OK [", looks: [], at: 0 },
      { text: "SELECT", looks: ["green"], at: 4 },
      { text: " in 1s]", looks: [], at: 10 },
    ]);
  });

  test("a colour replaces the one before it, a weight stays", () => {
    const [first, second, third] = parseAnsi(`${ESC}[1;31ma${ESC}[34mb${ESC}[22mc`);
    expect(first?.looks).toEqual(["bold", "red"]);
    expect(second?.looks).toEqual(["bold", "blue"]);
    expect(third?.looks).toEqual(["blue"]);
  });

  test("colours beyond the palette are left out, not misread", () => {
    expect(parseAnsi(`${ESC}[38;5;31mtext`)).toEqual([{ text: "text", looks: [], at: 0 }]);
  });

  test("cursor movements and titles leave nothing behind", () => {
    expect(stripAnsi(`${ESC}[2K${ESC}]0;title\u0007done${ESC}[1A`)).toBe("done");
  });

  test("the texts add up to the line without its escapes, each at its own place", () => {
    const piece = fc.oneof(
      fc.string({ maxLength: 6 }).map((text) => text.replaceAll(ESC, "")),
      fc.constantFrom(`${ESC}[31m`, `${ESC}[0m`, `${ESC}[1;33m`, `${ESC}[2K`),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const line = pieces.join("");
        const spans = parseAnsi(line);
        expect(spans.map(({ text }) => text).join("")).toBe(stripAnsi(line));
        let at = 0;
        for (const span of spans) {
          expect(span.at).toBe(at);
          at += span.text.length;
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
