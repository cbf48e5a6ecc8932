import { readFileSync } from "node:fs";
import { checkInvariants, type Evidence as Kept } from "@airloom/core";
import { openStore } from "@airloom/store";

/** One line that a task wrote about itself. */
interface Trace {
  readonly what: "START" | "END";
  readonly runId: string;
  readonly taskId: string;
  readonly tryNumber: number;
}

/** What a torture left behind: rows, history and the tasks' own traces. */
export interface Evidence extends Kept {
  readonly traces: readonly Trace[];
}

/** Reads everything from the database itself, not from what the server says of it. */
export async function loadEvidence(
  dagId: string,
  given: {
    readonly databaseUrl: string;
    readonly effectsFile: string;
    /** Most task instances that can be there. */
    readonly limit: number;
  },
): Promise<Evidence> {
  const store = await openStore({
    url: given.databaseUrl,
    secretKeys: [{ id: "none", bytes: new Uint8Array(32) }],
  });
  try {
    const { items: runs } = await store.listRuns({ dagIds: [dagId] }, { limit: 1_000, offset: 0 });
    const version = await store.findDagVersion(dagId);
    const specs = new Map(
      runs.flatMap((run) => (version === undefined ? [] : [[run.id, version.spec] as const])),
    );
    const { items: taskInstances } = await store.listTaskInstances(
      { dagIds: [dagId] },
      { limit: given.limit, offset: 0 },
    );
    const histories = await Promise.all(runs.map((run) => store.loadTaskHistory(run.id)));
    const traces = readTraces(given.effectsFile);
    return { runs, specs, taskInstances, history: histories.flat(), traces, isSettled: true };
  } finally {
    await store.close();
  }
}

/** Everything that is not as it must be after all has settled; empty is the verdict wanted. */
export function findViolations(
  evidence: Evidence,
  expected: { readonly runs: number },
): readonly string[] {
  return [
    ...checkInvariants(evidence),
    ...checkCount(evidence, expected.runs),
    ...checkTraces(evidence),
  ];
}

function readTraces(file: string): readonly Trace[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Trace);
}

function checkCount({ runs, taskInstances }: Evidence, expected: number): readonly string[] {
  const failed = taskInstances.filter(({ state }) => state !== "success");
  return [
    ...(runs.length === expected ? [] : [`I2: ${runs.length} runs, ${expected} were triggered`]),
    ...failed.map(
      (task) =>
        `${task.runId} ${task.taskId} ended as ${task.state}: ${task.failure?.message ?? ""}`,
    ),
  ];
}

/** What the tasks wrote down themselves: no attempt starts twice, and what succeeded had ended. */
function checkTraces({ taskInstances, traces }: Evidence): readonly string[] {
  const starts = new Map<string, number>();
  const ends = new Set<string>();
  for (const { what, runId, taskId, tryNumber } of traces) {
    const key = `${runId} ${taskId} try ${tryNumber}`;
    if (what === "START") starts.set(key, (starts.get(key) ?? 0) + 1);
    else ends.add(key);
  }
  return [
    ...[...starts]
      .filter(([, count]) => count > 1)
      .map(([key, count]) => `I4: ${key} started ${count} times`),
    ...taskInstances
      .filter(
        (task) =>
          task.state === "success" &&
          !ends.has(`${task.runId} ${task.taskId} try ${task.tryNumber}`),
      )
      .map(
        (task) =>
          `I4: ${task.runId} ${task.taskId} succeeded in try ${task.tryNumber}, which never ended`,
      ),
  ];
}
