import { expect, test } from "vitest";
import { dropClock } from "./line-codec.ts";

test.each([
  ["12:01:53  Registered adapter: duckdb", "Registered adapter: duckdb"],
  ["12:01:53.894112  1 of 3 OK", "1 of 3 OK"],
  ["\u001b[0m12:01:53  Done. \u001b[32mPASS\u001b[0m", "\u001b[0mDone. \u001b[32mPASS\u001b[0m"],
  ["12:01:53  ", ""],
  ["12:01:53 is when it began", "12:01:53 is when it began"],
  ["Began at 12:01:53  and ended", "Began at 12:01:53  and ended"],
])("%j reads %j beside its time", (text, rest) => {
  expect(dropClock(text)).toBe(rest);
});
