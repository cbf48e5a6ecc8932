import { describe, expect, test } from "vitest";
import { renderBlock, renderDuration, renderTable } from "./table.ts";

describe("renderTable()", () => {
  test("aligns columns, ignoring colour codes, and leaves no trailing blanks", () => {
    expect(
      renderTable(
        ["NAME", "STATE"],
        [
          ["\u001b[32ma\u001b[39m", "up"],
          ["longer", ""],
        ],
      ),
    ).toEqual(["NAME    STATE", "\u001b[32ma\u001b[39m       up", "longer"]);
  });
});

describe("renderBlock()", () => {
  test("aligns values", () => {
    expect(
      renderBlock([
        ["Web", "u"],
        ["Password", "p"],
      ]),
    ).toEqual(["Web       u", "Password  p"]);
  });
});

describe("renderDuration()", () => {
  test.each([
    [421, "0.42 s"],
    [12_340, "12.3 s"],
    [125_000, "2 m 05 s"],
    [3_725_000, "1 h 02 m"],
  ])("%i ms is %s", (ms, text) => {
    expect(renderDuration(ms)).toBe(text);
  });
});
