import { describe, expect, test } from "vitest";
import {
  either,
  flag,
  id,
  instant,
  integer,
  list,
  map,
  object,
  oneOf,
  oneOfNumbers,
  readShape,
  type Shape,
  secret,
  text,
} from "./shape.ts";

describe("readShape() (J11)", () => {
  test.each<readonly [Shape, unknown, unknown]>([
    [text(), "", ""],
    [integer(), "007", 7],
    [integer(-5), -5, -5],
    [flag(), "True", true],
    [flag(), false, false],
    [instant(), "2026-01-31T00:00:00.123456+02:00", "2026-01-31T00:00:00.123456+02:00"],
    [list(id()), ["1", 2], [1, 2]],
    [map(text()), { a: "b", c: null }, { a: "b", c: null }],
    [object({ a: id() }), { a: null, b: 1 }, { a: null }],
    [object({ a: object({ b: flag() }) }), { a: { b: true, c: 1 } }, { a: { b: true } }],
    [either(text(), object({ a: text() })), { a: "x", b: "y" }, { a: "x" }],
    [oneOfNumbers(1, 2), "2", 2],
  ])("reads %j out of %j", (shape, value, read) => {
    expect(readShape(shape, value, "x")).toEqual(read);
  });

  test.each<readonly [Shape, unknown, string]>([
    [text({ max: 3 }), "four", 'Cannot read "x" "four": expected text of 0 to 3 letters'],
    [text(), 4, 'Cannot read "x" 4: expected text'],
    [oneOf("a", "b"), "c", 'Cannot read "x" "c": expected one of a, b'],
    [integer(1), 0, 'Cannot read "x" 0: expected a whole number from 1'],
    [integer(), "1.5", 'Cannot read "x" "1.5": expected a whole number'],
    [integer(), 2 ** 31, "expected a whole number"],
    [integer(), true, 'Cannot read "x" true'],
    [integer(), "", 'Cannot read "x" ""'],
    [flag(), 1, 'Cannot read "x" 1: expected true or false'],
    [instant(), "tomorrow", 'Cannot read "x" "tomorrow": expected an instant such as'],
    [list(text()), "dbt run", 'Cannot read "x" "dbt run": expected a list, each of it text'],
    [list(text()), [1], 'Cannot read "x[0]" 1: expected text'],
    [list(text()), [null], 'Cannot read "x[0]" null: expected text'],
    [map(), [], 'Cannot read "x" []: expected an object'],
    [object({ a: object({ b: id() }) }), { a: { b: -1 } }, 'Cannot read "x.a.b" -1'],
    [object({ a: text() }, ["a"]), { a: null }, '"x.a" is missing'],
    [either(id(), flag()), "x", "expected a whole number from 0, or true or false"],
  ])("refuses %j %j", (shape, value, said) => {
    expect(() => readShape(shape, value, "x")).toThrow(said);
  });

  test("never repeats a secret, wherever it stands", () => {
    const shape = object({ a: secret(), b: map(secret()), c: either(secret(), list(secret())) });
    for (const given of [
      { a: ["hush"] },
      { b: { x: ["hush"] } },
      { b: "hush" },
      { c: { y: "hush" } },
    ]) {
      expect(() => readShape(shape, given, "x")).toThrow(/^(?!.*hush).*$/u);
    }
  });
});
