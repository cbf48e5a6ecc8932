import { buildRun, buildTask, buildTaskInstance } from "@airloom/testkit";
import { expect, test } from "vitest";
import { assertNever } from "./assert.ts";
import { moveWith } from "./attempt.ts";
import { AirloomError } from "./error.ts";
import { applyRunMove, applyTaskMove } from "./move.ts";
import { isRunFinished, isTerminal, RUN_STATES, TASK_STATES } from "./state.ts";
import { isRunTransition, isTaskTransition } from "./transition-table.ts";

test("applyTaskMove() and applyRunMove() change the state and what is set, and nothing else", () => {
  const run = buildRun();
  const taskInstance = buildTaskInstance(buildTask("a"), run);
  const move = {
    taskInstanceId: "1",
    from: "none",
    to: "skipped",
    tryNumber: 0,
    actor: "x",
    set: { holdReason: "full" },
  } as const;
  expect(applyTaskMove(taskInstance, move)).toEqual({
    ...taskInstance,
    state: "skipped",
    holdReason: "full",
  });
  const end = { dagRunId: "1", from: "running", to: "failed", actor: "x" } as const;
  expect(applyRunMove(run, end)).toEqual({ ...run, state: "failed" });
});

test("the transition tables let nothing leave a terminal state but a clear or a mark", () => {
  for (const from of TASK_STATES.filter(isTerminal)) {
    for (const to of TASK_STATES) {
      if (isTaskTransition(from, to)) expect(to === "none" || isTerminal(to)).toBe(true);
    }
  }
  for (const from of RUN_STATES.filter(isRunFinished)) {
    expect(isRunTransition(from, "queued")).toBe(true);
    expect(isRunTransition(from, "running")).toBe(false);
  }
});

test("AirloomError says whether trying again may help", () => {
  expect(new AirloomError("database.unavailable", "away").retryable).toBe(true);
  const cause = new Error("why");
  const error = new AirloomError("dag.not_found", "none", { cause, details: { dag: "a" } });
  expect(error).toMatchObject({
    name: "AirloomError",
    retryable: false,
    cause,
    details: { dag: "a" },
  });
});

test("assertNever() shows what came though nothing should", () => {
  const value: never = Object.create(null) as never;
  expect(() => assertNever(value)).toThrow("Unreachable: got {}");
});

test("moveWith() changes the state alone where nothing else is given", () => {
  const taskInstance = buildTaskInstance(buildTask("a"), buildRun());
  expect(moveWith(taskInstance, { actor: "test" })("scheduled").transition).toEqual({
    taskInstanceId: taskInstance.id,
    from: "none",
    to: "scheduled",
    tryNumber: 0,
    actor: "test",
  });
});
