import { expect, test } from "vitest";
import { clearBody, DEFAULT_CLEAR, renderClearCommand } from "./clear-options.ts";

const SCOPE = { dagId: "flights", runId: "manual__2026-11-22T08:00:00+00:00", taskId: "load" };

test("a dry run and the real thing differ in nothing else", () => {
  const { dry_run: _a, ...dry } = clearBody(SCOPE, DEFAULT_CLEAR, true);
  const { dry_run: _b, ...real } = clearBody(SCOPE, DEFAULT_CLEAR, false);
  expect(dry).toEqual(real);
});

test("one index of a mapped task is named with its index", () => {
  expect(clearBody({ ...SCOPE, mapIndex: 2 }, DEFAULT_CLEAR, true).task_ids).toEqual([["load", 2]]);
});

test("a whole run has no tasks to name", () => {
  const { taskId: _, ...run } = SCOPE;
  expect(clearBody(run, DEFAULT_CLEAR, true)).not.toHaveProperty("task_ids");
  expect(clearBody(run, DEFAULT_CLEAR, true).include_downstream).toBe(false);
});

test("the command says what the dialog says", () => {
  expect(renderClearCommand(SCOPE, { ...DEFAULT_CLEAR, past: true })).toBe(
    "airloom tasks clear flights load --run manual__2026-11-22T08:00:00+00:00 --downstream --past --latest",
  );
});
