import { expect, test } from "vitest";
import { renderCount, renderPlural } from "./number.ts";

test("numbers are grouped, and words follow their number", () => {
  expect(renderCount(1_215)).toBe("1,215");
  expect(renderPlural(1, "try", "tries")).toBe("1 try");
  expect(renderPlural(0, "task")).toBe("0 tasks");
});
