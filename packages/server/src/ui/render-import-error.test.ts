import type { ImportError } from "@airloom/core";
import { expect, test } from "vitest";
import { renderImportError } from "./render-import-error.ts";

const ERROR: ImportError = {
  id: "7",
  file: "crew/pairing.ts",
  message: "Dag has a cycle: a -> b -> a (crew/pairing.ts:5)",
  line: 5,
  column: 21,
  codeFrame: null,
  stack: null,
  at: new Date(0),
};

test.each([
  [ERROR.message, "Dag has a cycle: a -> b -> a"],
  ["Cannot call f (crew/pairing.ts:5:21)", "Cannot call f"],
  ["See (crew/pairing.ts:5) for more", "See (crew/pairing.ts:5) for more"],
  ["Bad name (other.ts:5)", "Bad name (other.ts:5)"],
])("%j beside its own place reads %j", (message, told) => {
  expect(renderImportError({ ...ERROR, message }, []).message).toBe(told);
});

test("names the Dags that stay in force, and none for a file that never had one", () => {
  const dags = [
    { dagId: "crew", file: ERROR.file },
    { dagId: "fuel", file: "fuel.ts" },
  ];
  expect(renderImportError(ERROR, dags).dag_ids).toEqual(["crew"]);
  expect(renderImportError(ERROR, []).dag_ids).toEqual([]);
});
