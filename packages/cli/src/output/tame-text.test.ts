import { expect, test } from "vitest";
import { tameText } from "./tame-text.ts";

const ESC = "\u001b";

test.each([
  ["a line that overwrites its beginning", "2026 info\r2027 error", "2026 info2027 error"],
  ["a moved cursor", `a${ESC}[2Ab${ESC}[0Jc`, "a[2Ab[0Jc"],
  ["a hidden link", `${ESC}]8;;http://evil.example\u0007here`, "]8;;http://evil.examplehere"],
  ["a set title, written in one byte", "\u009d0;evil\u009c", "0;evil"],
  ["a bell, a NUL and a backspace", "a\u0007b\u0000c\bd", "abcd"],
])("tameText() disarms %s", (_, text, shown) => {
  expect(tameText(text, true)).toBe(shown);
});

test("tameText() leaves lines, tabs, other letters and wanted colours", () => {
  const text = `größer\t→ ${ESC}[1;31mred${ESC}[0m\nnext`;
  expect(tameText(text, true)).toBe(text);
  expect(tameText(text, false)).toBe("größer\t→ red\nnext");
});
