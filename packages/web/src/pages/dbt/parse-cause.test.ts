import { expect, test } from "vitest";
import { parseCause } from "./parse-cause.ts";

const MARK = "[airloom:30ab1b13-a9b4-4fca-b6f1-fdc54bbf15d6]";

test("the provider's own words name the task that started the run", () => {
  expect(
    parseCause(
      `Triggered via Airloom by task 'load' in the flights DAG, run manual__2026-11-22T08:00:00+00:00. ${MARK}`,
    ),
  ).toEqual({
    dagId: "flights",
    runId: "manual__2026-11-22T08:00:00+00:00",
    taskId: "load",
    mapIndex: undefined,
  });
});

test("a mapped task has its index, and a run any name", () => {
  expect(
    parseCause(
      `Triggered via Airloom by task 'load' [3] in the flights DAG, run O'Hare. 2. ${MARK}`,
    ),
  ).toEqual({ dagId: "flights", runId: "O'Hare. 2", taskId: "load", mapIndex: "3" });
});

test.each([
  `Month's end ${MARK}`,
  `Triggered via Airloom by task 'load' in the flights DAG. ${MARK}`,
  "Triggered via Airloom by task 'load' in the flights DAG, run mine.",
])("%s names no task instance", (cause) => {
  expect(parseCause(cause)).toBeUndefined();
});
