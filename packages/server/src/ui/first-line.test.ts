import { expect, test } from "vitest";
import { firstLine } from "./first-line.ts";

test.each([
  ["\n  503 from fuel_api\nbody", "503 from fuel_api"],
  [
    "Runtime Error in model m (models/m.sql)\n  Binder Error: no such column",
    "Binder Error: no such column",
  ],
  ["Runtime Error in model m (models/m.sql)", "Runtime Error in model m (models/m.sql)"],
  ["", ""],
])("%j begins with %j", (text, line) => {
  expect(firstLine(text)).toBe(line);
});
