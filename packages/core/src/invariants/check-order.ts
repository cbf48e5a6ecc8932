import type { TaskState } from "../state.ts";
import type { Evidence } from "./evidence.ts";
import { readRule } from "./rule-oracle.ts";

/** I7: no task is scheduled, and none given up, before the committed states of its upstream call for it. */
export function checkOrder({ specs, taskInstances, history }: Evidence): readonly string[] {
  const states = new Map<string, TaskState>();
  const byName = new Map(
    taskInstances.map(({ id, dagRunId, taskId }) => [`${dagRunId} ${taskId}`, id]),
  );
  const tasks = new Map(
    [...specs].flatMap(([runId, spec]) =>
      spec.tasks.map((task) => [`${runId} ${task.taskId}`, task] as const),
    ),
  );
  return history.flatMap((row) => {
    const task = tasks.get(`${row.dagRunId} ${row.taskId}`);
    const upstream = (task?.upstream ?? []).map(
      (taskId) => states.get(byName.get(`${row.dagRunId} ${taskId}`) ?? "") ?? "none",
    );
    states.set(row.taskInstanceId, row.to);
    const isBegin = row.from === "none" && row.to === "scheduled";
    const isGivenUp = row.from === "none" && row.to === "upstream_failed";
    if (task === undefined || row.actor !== "scheduler" || (!isBegin && !isGivenUp)) return [];
    const verdict = readRule(task.triggerRule, upstream);
    const expected = isBegin ? "run" : "upstream_failed";
    if (verdict === expected) return [];
    return [
      `I7: ${row.taskId} (task instance ${row.taskInstanceId}) became ${row.to} by ${task.triggerRule} over ${upstream.join(", ")}, which says ${verdict}`,
    ];
  });
}
