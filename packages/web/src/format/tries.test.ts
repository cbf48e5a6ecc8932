import { expect, test } from "vitest";
import { renderTries } from "./tries.ts";

test.each([
  [1, 0, "1 of 1"],
  // Two retries are three tries.
  [1, 2, "1 of 3"],
  [3, 2, "3 of 3"],
  [0, 2, "0 of 3"],
  // A person marked or cleared it after its last try.
  [4, 2, "4 of 4"],
])("try %i with %i retries reads %s", (try_number, max_tries, text) => {
  expect(renderTries({ try_number, max_tries })).toBe(text);
});
