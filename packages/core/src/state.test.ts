import { expect, test } from "vitest";
import {
  isNodeFinished,
  isRunFinished,
  isTerminal,
  NODE_STATES,
  RUN_STATES,
  TASK_STATES,
} from "./state.ts";

test("what is over is told from what is not", () => {
  expect(TASK_STATES.filter(isTerminal)).toEqual([
    "success",
    "failed",
    "upstream_failed",
    "skipped",
    "removed",
  ]);
  expect(RUN_STATES.filter(isRunFinished)).toEqual(["success", "failed"]);
  expect(NODE_STATES.filter((state) => !isNodeFinished(state))).toEqual(["none", "running"]);
});
