import type { TaskHistoryRow } from "../ports/transitions.ts";
import { isTerminal, type TaskState } from "../state.ts";
import type { Evidence } from "./evidence.ts";
import { readRule } from "./rule-oracle.ts";

/** How long a decision may be under way: a person may clear its reasons meanwhile. */
const GRACE_MS = 1_000;

/** I7: no task is scheduled, and none given up, before the committed states of its upstream call for it. */
export function checkOrder({ specs, taskInstances, history }: Evidence): readonly string[] {
  const stands = new Map<string, Stand>();
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
      (taskId) => stands.get(byName.get(`${row.dagRunId} ${taskId}`) ?? "") ?? UNTOUCHED,
    );
    stands.set(row.taskInstanceId, moveStand(stands.get(row.taskInstanceId) ?? UNTOUCHED, row));
    const expected = expectedVerdict(row);
    if (task === undefined || expected === undefined) return [];
    const states = upstream.map(({ state }) => state);
    const before = upstream.map(({ state, cleared }) =>
      cleared !== null && row.at.getTime() - cleared.at <= GRACE_MS ? cleared.from : state,
    );
    const verdicts = [states, before].map((seen) => readRule(task.triggerRule, seen));
    if (verdicts.includes(expected)) return [];
    return [
      `I7: ${row.taskId} (task instance ${row.taskInstanceId}) became ${row.to} by ${task.triggerRule} over ${states.join(", ")}, which says ${verdicts[0]}`,
    ];
  });
}

/** Where a task instance stands, and from where it was last cleared. */
interface Stand {
  readonly state: TaskState;
  readonly cleared: { readonly from: TaskState; readonly at: number } | null;
}

const UNTOUCHED: Stand = { state: "none", cleared: null };

function moveStand({ cleared }: Stand, { from, to, at }: TaskHistoryRow): Stand {
  return {
    state: to,
    cleared: isTerminal(from) ? { from, at: at.getTime() } : cleared,
  };
}

/** What the rule must have said for the scheduler to move a task that had not begun; undefined for other moves. */
function expectedVerdict({
  actor,
  from,
  to,
}: TaskHistoryRow): "run" | "upstream_failed" | undefined {
  if (actor !== "scheduler" || from !== "none") return undefined;
  if (to === "scheduled") return "run";
  return to === "upstream_failed" ? to : undefined;
}
