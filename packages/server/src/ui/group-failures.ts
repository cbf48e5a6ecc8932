import type { UiProblem } from "@airloom/api";
import type { OpenFailure } from "@airloom/core";
import { renderInstantOrNull } from "../wire/instants.ts";
import { fingerprint } from "./fingerprint.ts";
import { firstLine } from "./first-line.ts";

type FailureProblem = Extract<UiProblem, { kind: "failure" }>;

const OTHERS_NAMED = 5;
const NO_MESSAGE = "The task failed without a message";

/** Puts failures together that have one cause: each distinct problem appears once, in whatever tasks and Dags it shows. */
export function groupFailures(failures: readonly OpenFailure[]): readonly FailureProblem[] {
  const groups = Map.groupBy(failures, causeOf);
  return [...groups.values()]
    .flatMap((members) => {
      const byEnd = members.toSorted((a, b) => endOf(b) - endOf(a));
      const [newest] = byEnd;
      const oldest = byEnd.at(-1);
      return newest === undefined || oldest === undefined ? [] : [describe(byEnd, newest, oldest)];
    })
    .toSorted((a, b) => b.failures - a.failures);
}

/** A dbt node is its own cause: its message names what it is about. Tasks have one where their messages are alike. */
function causeOf(failure: OpenFailure): string {
  const { dagId, taskId, node } = failure;
  const message = fingerprint(messageOf(failure));
  if (node !== null) return JSON.stringify(["node", dagId, taskId, node.uniqueId, message]);
  return JSON.stringify(message === NO_MESSAGE ? ["task", dagId, taskId] : ["message", message]);
}

function describe(
  members: readonly OpenFailure[],
  newest: OpenFailure,
  oldest: OpenFailure,
): FailureProblem {
  const things = new Set(members.map(thingOf));
  const green = members.filter(({ runState }) => runState !== "failed");
  return {
    kind: "failure",
    dag_id: newest.dagId,
    task_id: newest.taskId,
    node: newest.node === null ? null : { unique_id: newest.node.uniqueId, name: newest.node.name },
    message: messageOf(newest),
    place: placeOf(newest),
    failures: members.length,
    things: things.size,
    dags: new Set(members.map(({ dagId }) => dagId)).size,
    runs: new Set(members.map(runOf)).size,
    green_runs: new Set(green.map(runOf)).size,
    tries: members.reduce((sum, { tryNumber }) => sum + Math.max(1, tryNumber), 0),
    others: [...things].filter((thing) => thing !== thingOf(newest)).slice(0, OTHERS_NAMED),
    since: renderInstantOrNull(oldest.endedAt),
    latest: {
      dag_run_id: newest.runId,
      map_index: newest.mapIndex,
      try_number: newest.tryNumber,
      end_date: renderInstantOrNull(newest.endedAt),
    },
    action: actionOf(newest, things.size),
  };
}

/** One task is cleared, one node is rerun; where several failed the run shows them side by side. */
function actionOf({ node }: OpenFailure, things: number): FailureProblem["action"] {
  if (node !== null) return "rerun_failed_nodes";
  return things === 1 ? "clear" : "open_run";
}

function thingOf({ dagId, taskId, node }: OpenFailure): string {
  return node === null ? `${dagId}.${taskId}` : node.name;
}

function runOf({ dagId, runId }: OpenFailure): string {
  return JSON.stringify([dagId, runId]);
}

function messageOf({ node, failure }: OpenFailure): string {
  return firstLine(node?.message ?? failure?.message ?? NO_MESSAGE);
}

function placeOf({ node, failure }: OpenFailure): string | null {
  if (node === null) return failure?.place ?? null;
  return node.file === null || node.line === null ? node.file : `${node.file}:${node.line}`;
}

function endOf({ endedAt }: OpenFailure): number {
  return endedAt?.getTime() ?? 0;
}
