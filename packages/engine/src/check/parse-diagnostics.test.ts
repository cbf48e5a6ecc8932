import { expect, test } from "vitest";
import { parseDiagnostics } from "./parse-diagnostics.ts";

test("reads errors with and without a place, and what explains them (U16)", () => {
  const output = [
    "dags/a (b),c.ts(3,14): error TS2345: Argument of type 'number' is not assignable.",
    "  Types of property 'x' are incompatible.",
    "    Type 'number' is not assignable to type 'string'.",
    "error TS18003: No inputs were found in config file 'tsconfig.json'.",
    "",
    "noise without meaning",
  ].join("\r\n");
  expect(parseDiagnostics(output)).toEqual([
    {
      file: "dags/a (b),c.ts",
      line: 3,
      column: 14,
      code: "TS2345",
      message:
        "Argument of type 'number' is not assignable.\n  Types of property 'x' are incompatible.\n    Type 'number' is not assignable to type 'string'.",
    },
    {
      file: null,
      line: null,
      column: null,
      code: "TS18003",
      message: "No inputs were found in config file 'tsconfig.json'.",
    },
  ]);
});
