import type { UiProblem } from "@airloom/api";
import type { TaskInstance } from "@airloom/core";
import { renderInstantOrNull } from "../wire/instants.ts";
import { firstLine } from "./first-line.ts";

/** One distinct problem with the newest attempt that shows it. */
export interface FailureGroup {
  readonly newest: TaskInstance;
  readonly problem: Extract<UiProblem, { kind: "failure" }>;
}

/** Puts failures together that share Dag, task and first line of their message: each distinct problem appears once. */
export function groupFailures(failed: readonly TaskInstance[]): readonly FailureGroup[] {
  const groups = Map.groupBy(failed, (taskInstance) =>
    JSON.stringify([taskInstance.dagId, taskInstance.taskId, messageOf(taskInstance)]),
  );
  return [...groups.values()].flatMap((members) => {
    const byEnd = members.toSorted((a, b) => endOf(b) - endOf(a));
    const [newest] = byEnd;
    const oldest = byEnd.at(-1);
    return newest === undefined || oldest === undefined ? [] : [describe(members, newest, oldest)];
  });
}

type Failure = FailureGroup["problem"];

/**
 * Puts problems together that turned out to be one: attempts of a dbt task fail with the number of their run, and
 * only the node they failed at tells that it was the same thing.
 */
export function mergeFailures(problems: readonly Failure[]): Failure[] {
  const same = Map.groupBy(problems, ({ dag_id, task_id, node, message }) =>
    JSON.stringify([dag_id, task_id, node?.unique_id, message]),
  );
  return [...same.values()].flatMap((members) => {
    const [newest] = members.toSorted(
      (a, b) => timeOf(b.latest.end_date) - timeOf(a.latest.end_date),
    );
    if (newest === undefined) return [];
    const [since = null] = members
      .map((member) => member.since)
      .toSorted((a, b) => timeOf(a) - timeOf(b));
    return [{ ...newest, since, runs: sumOf(members, "runs"), tries: sumOf(members, "tries") }];
  });
}

function sumOf(problems: readonly Failure[], name: "runs" | "tries"): number {
  return problems.reduce((sum, problem) => sum + problem[name], 0);
}

function timeOf(instant: string | null): number {
  return instant === null ? 0 : Date.parse(instant);
}

function describe(
  members: readonly TaskInstance[],
  newest: TaskInstance,
  oldest: TaskInstance,
): FailureGroup {
  return {
    newest,
    problem: {
      kind: "failure",
      dag_id: newest.dagId,
      task_id: newest.taskId,
      node: null,
      message: messageOf(newest),
      place: newest.failure?.place ?? null,
      runs: new Set(members.map((member) => member.dagRunId)).size,
      tries: members.reduce((sum, member) => sum + Math.max(1, member.tryNumber), 0),
      since: renderInstantOrNull(oldest.endedAt),
      latest: {
        dag_run_id: newest.runId,
        map_index: newest.mapIndex,
        try_number: newest.tryNumber,
        end_date: renderInstantOrNull(newest.endedAt),
      },
      action: "clear",
    },
  };
}

function messageOf(taskInstance: TaskInstance): string {
  return firstLine(taskInstance.failure?.message ?? "The task failed without a message");
}

function endOf(taskInstance: TaskInstance): number {
  return taskInstance.endedAt?.getTime() ?? 0;
}
