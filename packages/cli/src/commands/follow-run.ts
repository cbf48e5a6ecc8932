import type { ApiClient } from "@airloom/api";
import { ApiError } from "@airloom/api/client";
import { AirloomError } from "@airloom/core";
import { EXIT } from "../output/exit-codes.ts";
import type { NodeView, RunView, TaskView } from "../output/run-view.ts";
import { renderChanges, renderLiveRun, renderRunEnd } from "../output/run-view.ts";
import { renderDuration } from "../output/table.ts";
import type { Terminal } from "../output/terminal.ts";

const POLL_MS = 150;

/** Reads how a run stands, with the dbt nodes of the tasks that have any. */
export async function loadRunView(api: ApiClient, dagId: string, runId: string): Promise<RunView> {
  const key = { dag_id: dagId, dag_run_id: runId };
  const [run, { task_instances: instances }, { tasks }] = await Promise.all([
    api.getDagRun(key),
    api.listTaskInstances({ ...key, limit: 1_000 }),
    api.listTasks({ dag_id: dagId }),
  ]);
  const order = new Map(inOrder(tasks).map((id, index) => [id, index]));
  const sorted = instances.toSorted(
    (a, b) => (order.get(a.task_id) ?? 0) - (order.get(b.task_id) ?? 0),
  );
  return {
    dagId,
    runId,
    state: run.state,
    durationMs: millisecondsBetween(run.start_date, run.end_date),
    trouble: {
      failed_task_count: run.failed_task_count,
      upstream_failed_task_count: run.upstream_failed_task_count,
      failed_node_count: run.failed_node_count,
      warned_node_count: run.warned_node_count,
    },
    tasks: await Promise.all(
      sorted.map(
        async (instance): Promise<TaskView> => ({
          taskId: instance.task_id,
          state: instance.state,
          tryNumber: instance.try_number,
          durationMs: millisecondsBetween(instance.start_date, instance.end_date),
          failure: instance.failure?.message ?? null,
          nodes: isDbt(instance.operator)
            ? await loadNodes(api, { ...key, task_id: instance.task_id })
            : [],
        }),
      ),
    ),
  };
}

function isDbt(operator: string | null): boolean {
  return operator?.includes("dbt") === true;
}

/** Task ids so that every task comes after those it waits for. */
function inOrder(
  tasks: readonly {
    readonly task_id: string | null;
    readonly downstream_task_ids: readonly string[] | null;
  }[],
): readonly string[] {
  const ids: string[] = [];
  const below = new Map(tasks.map((task) => [task.task_id ?? "", task.downstream_task_ids ?? []]));
  const visit = (id: string): void => {
    if (ids.includes(id)) return;
    for (const next of below.get(id) ?? []) visit(next);
    if (!ids.includes(id)) ids.unshift(id);
  };
  for (const id of [...below.keys()].toReversed()) visit(id);
  return ids;
}

async function loadNodes(
  api: ApiClient,
  key: { readonly dag_id: string; readonly dag_run_id: string; readonly task_id: string },
): Promise<readonly NodeView[]> {
  const { nodes } = await api.listUiNodes(key);
  return nodes.map((node) => ({
    uniqueId: node.unique_id,
    name: node.name,
    type: node.resource_type,
    state: node.state,
    durationMs: node.execution_time === null ? null : node.execution_time * 1000,
    message: node.message,
  }));
}

function millisecondsBetween(start: string | null, end: string | null): number | null {
  if (start === null) return null;
  return (end === null ? Date.now() : Date.parse(end)) - Date.parse(start);
}

interface WatchOptions {
  readonly terminal: Terminal;
  readonly timeoutMs?: number;
}

/**
 * Shows a run until it ends: a live area in an interactive terminal, a line for each change elsewhere.
 *
 * Errors: `timeout` when it takes longer than `timeoutMs`; the run goes on, as it does when a person interrupts.
 */
export async function followRun(
  api: ApiClient,
  run: { readonly dagId: string; readonly runId: string },
  options: WatchOptions,
): Promise<RunView> {
  const { terminal } = options;
  const onInterrupt = (): void => {
    terminal.endLive();
    terminal.say(`Stopped watching; run "${run.runId}" of "${run.dagId}" goes on`);
    process.exit(EXIT.interrupted);
  };
  process.once("SIGINT", onInterrupt);
  try {
    return await watchRun(api, run, options);
  } finally {
    process.off("SIGINT", onInterrupt);
  }
}

async function watchRun(
  api: ApiClient,
  { dagId, runId }: { readonly dagId: string; readonly runId: string },
  { terminal, timeoutMs = Number.POSITIVE_INFINITY }: WatchOptions,
): Promise<RunView> {
  const startedAt = performance.now();
  let before: RunView | undefined;
  for (;;) {
    const now = await loadRunView(api, dagId, runId);
    if (terminal.isInteractive) {
      const elapsed = renderDuration(performance.now() - startedAt);
      terminal.live([
        terminal.style("bold", `${dagId}  ${runId}  ${elapsed}`),
        ...renderLiveRun(now, terminal),
      ]);
    } else {
      for (const line of renderChanges(before, now)) terminal.say(line);
    }
    before = now;
    if (now.state === "success" || now.state === "failed") {
      terminal.live([]);
      terminal.say(`Run ${runId}: ${renderRunEnd(now, terminal)}`);
      return now;
    }
    if (performance.now() - startedAt > timeoutMs) {
      terminal.endLive();
      throw new AirloomError(
        "timeout",
        `Run "${runId}" of "${dagId}" was not over after ${timeoutMs / 1000} s; it goes on`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Whether an error says that the thing asked for does not exist. */
export function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404;
}
