import { expect, test } from "vitest";
import { renumberPointer } from "./renumber-pointer.ts";

test.each([
  ["10", "8", "LINE 10: select BAD\n                ^", "LINE 8: select BAD\n               ^"],
  ["9", "11", "LINE 9: select BAD\n               ^", "LINE 11: select BAD\n                ^"],
  ["3", "2", "LINE 3:   nope\n          ^", "LINE 2:   nope\n          ^"],
])(
  "a pointer to line %s is told as one to line %s, its caret below the word",
  (_, to, before, after) => {
    const message = `Binder Error: x\n\n${before}`;
    expect(renumberPointer(message, () => Number(to))).toBe(`Binder Error: x\n\n${after}`);
  },
);

test("a message that points nowhere stays as it is", () => {
  expect(renumberPointer("IO Error: LINE 3 of a file", () => 1)).toBe("IO Error: LINE 3 of a file");
});
