import { expect, test } from "vitest";
import { parseCodeFrame } from "./parse-code-frame.ts";

test("a printed frame gives lines, numbers and the line it points at", () => {
  expect(parseCodeFrame("  40 | const rows;\n> 41 | load(1);\n     |      ^\n")).toEqual([
    { key: 0, number: "40", code: "const rows;", isHit: false },
    { key: 1, number: "41", code: "load(1);", isHit: true },
    { key: 2, number: "", code: "     ^", isHit: false },
  ]);
});

test("other text stays as it is", () => {
  expect(parseCodeFrame("SyntaxError: x")).toEqual([
    { key: 0, number: "", code: "SyntaxError: x", isHit: false },
  ]);
});
