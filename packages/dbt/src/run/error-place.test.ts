import { expect, test } from "vitest";
import { toCompiledOffset } from "./error-place.ts";

const CODE = "\nselect BAD\n";

test.each([
  ["in the query", "create view v as (\nselect BAD\n)", "BAD", 8],
  ["in the second of two that read the same", "-- select BAD\n(select BAD)", "BAD)", 8],
  ["before the query", "create BAD view v as (select BAD)", "BAD view", undefined],
  ["behind the query", "create view v as (select BAD) x", " x", undefined],
  ["in another statement", "select 1", "1", undefined],
])("an offset %s", (_, statement, needle, offset) => {
  expect(toCompiledOffset(statement, CODE, statement.indexOf(needle))).toBe(offset);
});
