import { expect, test } from "vitest";
import { placeOf } from "./place-of.ts";

test.each([
  [41, 18, "crew.ts:41:18"],
  [41, null, "crew.ts:41"],
  [null, null, "crew.ts"],
])("line %s and column %s are at %s", (line, column, place) => {
  expect(placeOf({ filename: "crew.ts", line, column })).toBe(place);
});
