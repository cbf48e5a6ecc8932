import { expect, test } from "vitest";
import { renderBytes, renderCount, renderPlural } from "./number.ts";

test("numbers are grouped, and words follow their number", () => {
  expect(renderCount(1_215)).toBe("1,215");
  expect(renderPlural(1, "try", "tries")).toBe("1 try");
  expect(renderPlural(0, "task")).toBe("0 tasks");
  expect(renderBytes(88_400)).toBe("88 kB");
  expect(renderBytes(1_234_567)).toBe("1.2 MB");
  expect(renderBytes(12)).toBe("12 B");
});
