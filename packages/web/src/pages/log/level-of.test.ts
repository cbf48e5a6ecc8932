import { expect, test } from "vitest";
import { levelOf } from "./level-of.ts";

test.each([
  ["27 of 31 ERROR creating sql table model m [\u001b[31mERROR\u001b[0m in 0.02s]", "error"],
  ["3 of 31 FAIL 2 not_null_m_id [FAIL 2 in 0.02s]", "error"],
  ["  \u001b[31mRuntime Error in model m (models/m.sql)", "error"],
  ["Failure in test unique_m (models/m.yml)", "error"],
  ["Done. PASS=27 WARN=0 ERROR=1 SKIP=3 TOTAL=31", "info"],
  ["1 of 31 OK created sql view model error_codes", "info"],
] as const)("%j counts as %s", (event, level) => {
  expect(levelOf({ level: "info", event })).toBe(level);
});

test("a level that was given stays", () => {
  expect(levelOf({ level: "debug", event: "1 of 2 ERROR creating m" })).toBe("debug");
});
