import type { TaskHistoryRow } from "../ports/transitions.ts";
import { isRunFinished, isTerminal } from "../state.ts";
import { isTaskTransition } from "../transition-table.ts";
import { checkLimits } from "./check-limits.ts";
import { checkOrder } from "./check-order.ts";
import type { Evidence } from "./evidence.ts";

/**
 * Checks what must hold whatever was killed and whenever (I1 to I9), on rows, history and the tasks' own traces;
 * never on the product's opinion. Answers the violations in words, none when all is well.
 */
export function checkInvariants(evidence: Evidence): readonly string[] {
  return [
    ...(evidence.isSettled ? checkEnds(evidence) : []),
    ...checkChains(evidence),
    ...checkSuccesses(evidence),
    ...checkAttempts(evidence),
    ...checkFences(evidence),
    ...checkEffects(evidence),
    ...checkOrder(evidence),
    ...checkLimits(evidence),
  ];
}

/** I1 and I2: every run has ended, every task has an instance, and no instance is left over. */
function checkEnds({ runs, specs, taskInstances }: Evidence): readonly string[] {
  const byRun = Map.groupBy(taskInstances, ({ dagRunId }) => dagRunId);
  return runs.flatMap(({ id, dagId, runId, state }) => {
    const name = `run ${dagId} ${runId}`;
    if (!isRunFinished(state)) return [`I1: ${name} is still ${state}`];
    const instances = (byRun.get(id) ?? []).filter((task) => task.state !== "removed");
    const expected = specs.get(id)?.tasks.length ?? 0;
    const missing =
      instances.length === expected
        ? []
        : [`I2: ${name} has ${instances.length} task instances, ${expected} are expected`];
    // A run that failed for a deadlock keeps tasks that could never start.
    const isLeft = (left: string): boolean => left !== "none" || state === "success";
    const left = instances.filter((task) => !isTerminal(task.state) && isLeft(task.state));
    return [
      ...missing,
      ...left.map((task) => `I2: ${name} ended as ${state} with ${task.taskId} ${task.state}`),
    ];
  });
}

/** I8: history is one unbroken walk through the transition table, and ends where the row stands. */
function checkChains({ taskInstances, history }: Evidence): readonly string[] {
  const states = new Map<string, string>();
  const violations: string[] = [];
  for (const row of history) {
    const before = states.get(row.taskInstanceId) ?? "none";
    if (row.from !== before) {
      violations.push(
        `I8: ${nameOf(row)} moves from ${row.from} to ${row.to}, but stood at ${before}`,
      );
    }
    if (!isTaskTransition(row.from, row.to)) {
      violations.push(
        `I8: ${nameOf(row)} moves from ${row.from} to ${row.to}, which no rule allows`,
      );
    }
    states.set(row.taskInstanceId, row.to);
  }
  for (const { id, taskId, state } of taskInstances) {
    const last = states.get(id) ?? "none";
    if (last !== state)
      violations.push(`I8: ${taskId} stands at ${state}, its history ends at ${last}`);
  }
  return violations;
}

/** I3: at most one success of a chain. A person's mark of what had ended is not an attempt's success. */
function checkSuccesses({ history }: Evidence): readonly string[] {
  const successes = history.filter(({ from, to }) => to === "success" && !isTerminal(from));
  const byChain = Map.groupBy(
    successes,
    ({ taskInstanceId, chain }) => `${taskInstanceId} ${chain}`,
  );
  return [...byChain.values()].flatMap(([first, ...more]) =>
    first === undefined || more.length === 0
      ? []
      : [`I3: ${nameOf(first)} succeeded ${more.length + 1} times in chain ${first.chain}`],
  );
}

/** I4: tries count up by one, and one try starts once, and once more for each time it went on after a wait. */
function checkAttempts({ history }: Evidence): readonly string[] {
  const violations: string[] = [];
  for (const rows of byInstance(history).values()) {
    let tryNumber = 0;
    let allowed = 0;
    for (const row of rows) {
      if (row.tryNumber === tryNumber + 1) allowed = 1;
      else if (row.tryNumber !== tryNumber) {
        violations.push(`I4: ${nameOf(row)} goes from try ${tryNumber} to try ${row.tryNumber}`);
      }
      tryNumber = row.tryNumber;
      const isResumed = row.from === "deferred" || row.from === "up_for_reschedule";
      if (isResumed && row.to === "scheduled") allowed += 1;
      if (row.to !== "running") continue;
      allowed -= 1;
      if (allowed < 0)
        violations.push(`I4: ${nameOf(row)} starts once too often in try ${tryNumber}`);
    }
  }
  return violations;
}

/** I6: what a process writes carries the lease that its attempt was queued with. */
function checkFences({ history }: Evidence): readonly string[] {
  const violations: string[] = [];
  for (const rows of byInstance(history).values()) {
    let lease: string | null = null;
    for (const row of rows) {
      if (row.to === "queued") lease = row.leaseToken;
      if (row.actor !== "executor" || row.from === "restarting" || row.leaseToken === lease)
        continue;
      violations.push(
        `I6: ${nameOf(row)} was moved to ${row.to} with lease ${row.leaseToken}, ${lease} held it`,
      );
    }
  }
  return violations;
}

/** I4 and I5: every attempt that ran had its start recorded, and no attempt ran twice. */
function checkEffects({ history, effects = [] }: Evidence): readonly string[] {
  const starts = new Set(
    history.flatMap((row) =>
      row.to === "running" ? [`${row.taskInstanceId} ${row.tryNumber} ${row.leaseToken}`] : [],
    ),
  );
  const seen = new Set<string>();
  return effects.flatMap(({ taskInstanceId, tryNumber, leaseToken }) => {
    const key = `${taskInstanceId} ${tryNumber} ${leaseToken}`;
    const name = `task instance ${taskInstanceId} ran try ${tryNumber} with lease ${leaseToken}`;
    const isTwice = seen.has(key);
    seen.add(key);
    return [
      ...(starts.has(key) ? [] : [`I4: ${name}, which no row says`]),
      ...(isTwice ? [`I5: ${name} twice`] : []),
    ];
  });
}

function byInstance(
  history: readonly TaskHistoryRow[],
): ReadonlyMap<string, readonly TaskHistoryRow[]> {
  return Map.groupBy(history, ({ taskInstanceId }) => taskInstanceId);
}

function nameOf({ taskId, taskInstanceId }: TaskHistoryRow): string {
  return `${taskId} (task instance ${taskInstanceId})`;
}
