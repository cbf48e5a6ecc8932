import { expect, test } from "vitest";
import { parseJsonObject } from "./json-object.ts";

test.each(["[]", "1", "null", "{", '"x"'])("%s is no JSON object", (text) => {
  expect(parseJsonObject(text).problem).toBeTypeOf("string");
});

test("nothing typed is an empty JSON object", () => {
  expect(parseJsonObject(" ")).toEqual({ value: {} });
  expect(parseJsonObject('{"a":1}')).toEqual({ value: { a: 1 } });
});
