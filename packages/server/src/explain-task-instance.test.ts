import { buildDag, buildTask } from "@airloom/testkit";
import { expect, test } from "vitest";
import { describeFailedUpstream } from "./explain-task-instance.ts";

const dag = buildDag("dag", [
  buildTask("a"),
  buildTask("b"),
  buildTask("c", { upstream: ["a", "b"] }),
  buildTask("d", { upstream: ["c"], triggerRule: "one_success" }),
]);

test.each([
  [["failed", "success", "upstream_failed"], "c", 'upstream task "a" failed'],
  [["failed", "failed", "upstream_failed"], "c", 'upstream tasks "a", "b" failed'],
  [["failed", "failed", "upstream_failed"], "d", 'upstream tasks "a", "b" failed'],
  [["success", "success", "skipped"], "d", 'its trigger rule "one_success" can no longer be met'],
] as const)("%j keep %s from running: %s", ([a, b, c], taskId, message) => {
  const instances = [
    { taskId: "a", state: a },
    { taskId: "b", state: b },
    { taskId: "c", state: c },
  ];
  expect(describeFailedUpstream(dag, instances, taskId)).toBe(message);
});

test("names a few of many", () => {
  const wide = Array.from({ length: 7 }, (_, index) => buildTask(`t${index}`));
  const join = buildTask("join", { upstream: wide.map(({ taskId }) => taskId) });
  const instances = wide.map(({ taskId }) => ({ taskId, state: "failed" as const }));
  expect(describeFailedUpstream(buildDag("dag", [...wide, join]), instances, "join")).toBe(
    'upstream tasks "t0", "t1", "t2", "t3", "t4" and 2 more failed',
  );
});
