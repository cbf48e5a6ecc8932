import { expect, test } from "vitest";
import { headlineOf, messageBodyOf } from "./first-error.ts";

const DBT =
  "Runtime Error in model fct (models/fct.sql)\n  Binder Error: no column x\n\n  LINE 3:   x\n            ^";

test("a message of dbt is told without what stands beside it, its columns still in line", () => {
  expect(messageBodyOf(DBT)).toBe("Binder Error: no column x\n\nLINE 3:   x\n          ^");
  expect(headlineOf(DBT)).toBe("Binder Error: no column x");
});

test.each(["Got 14 results", "Runtime Error in model fct (models/fct.sql)", "two\n  lines", ""])(
  "%j stays as it is",
  (message) => {
    expect(messageBodyOf(message)).toBe(message);
  },
);
