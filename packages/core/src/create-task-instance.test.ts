import { buildRun, buildTask } from "@airloom/testkit";
import { expect, test } from "vitest";
import { createTaskInstance } from "./create-task-instance.ts";
import { hasTriesLeft } from "./retry-delay.ts";

test("a new task instance stands where its run and task say, with all its tries before it", () => {
  const run = buildRun();
  const task = buildTask("a", { retries: 2, pool: "p", poolSlots: 3 });
  const created = createTaskInstance(task, run, "7");
  expect(created).toMatchObject({
    id: "7",
    dagRunId: run.id,
    runId: run.runId,
    state: "none",
    pool: "p",
    poolSlots: 3,
  });
  expect([2, 3].map((tryNumber) => hasTriesLeft({ ...created, tryNumber }))).toEqual([true, false]);
});
