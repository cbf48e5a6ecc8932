import { expect, test } from "vitest";
import { renderCount, renderPlural, renderShown } from "./number.ts";

test("numbers are grouped, and words follow their number", () => {
  expect(renderCount(1_215)).toBe("1,215");
  expect(renderPlural(1, "try", "tries")).toBe("1 try");
  expect(renderPlural(0, "task")).toBe("0 tasks");
});

test.each([
  [2, 22, "2 of 22"],
  [1_000, 1_215, "1,000 of 1,215"],
  [22, 22, "22"],
  [0, 0, "0"],
])("a list of %i of %i says %s", (shown, total, text) => {
  expect(renderShown(shown, total)).toBe(text);
});
