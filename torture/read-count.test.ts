import { expect, test } from "vitest";
import { readCount } from "./read-count.ts";

test("reads a whole number", () => {
  expect([readCount("runs", "200"), readCount("seed", "0", 0)]).toEqual([200, 0]);
});

test.each(["", "abc", "0", "-1", "1.5", "1e3", "NaN"])(
  "refuses %j, with which nothing would be tried",
  (text) => {
    expect(() => readCount("runs", text)).toThrow(
      `Cannot read --runs "${text}": expected a whole number from 1`,
    );
  },
);
