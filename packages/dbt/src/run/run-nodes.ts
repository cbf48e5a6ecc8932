import type { Session } from "../adapter/duckdb.ts";
import type { Exposure, ManifestNode } from "../artifacts/manifest.ts";
import type { RunResult } from "../artifacts/run-results.ts";
import { nodeInfo } from "../events/node-info.ts";
import {
  describeNode,
  endEvent,
  type Progress,
  renderEnd,
  renderStart,
} from "../events/node-lines.ts";
import type { RunContext } from "./run-context.ts";
import { noOpResult, runOne, skippedResult } from "./run-one.ts";
import { type RunPlan, RunQueue } from "./run-queue.ts";

/** How the nodes of a run are worked off. */
export interface RunNodesOptions {
  readonly plan: RunPlan;
  readonly threads: number;
  readonly failFast: boolean;
  /** Something before the nodes failed, which skips them all. */
  readonly skipsAll: boolean;
  /** Nodes that pass without a line and without a place in the count: ephemeral models. */
  readonly silent: ReadonlySet<string>;
  readonly onResult: (result: RunResult) => void;
}

const BLOCKING: ReadonlySet<string> = new Set(["error", "fail", "skipped", "runtime error"]);

interface Work {
  readonly run: RunContext;
  readonly options: RunNodesOptions;
  readonly queue: RunQueue;
  readonly total: number;
  /** Nodes that must be skipped because something above them failed. */
  readonly blocked: Set<string>;
  started: number;
  stopReason: string | undefined;
}

function findNode(run: RunContext, id: string): ManifestNode | Exposure | undefined {
  return run.project.nodes.get(id)?.node ?? run.project.exposures.get(id);
}

function emitStart(
  work: Work,
  node: ManifestNode,
  progress: Progress,
  thread: string,
  startedAt: Date,
): void {
  work.run.reporter.emit({
    name: "LogStartLine",
    code: "Q011",
    level: "info",
    thread,
    message: renderStart(node, progress),
    data: {
      description: describeNode(node),
      index: progress.index,
      total: progress.total,
      node_info: nodeInfo(node, "started", { startedAt }),
    },
  });
}

function levelOf(result: RunResult): "info" | "warn" | "error" {
  if (result.status === "error" || result.status === "fail") return "error";
  return result.status === "warn" ? "warn" : "info";
}

function emitEnd(
  work: Work,
  node: ManifestNode | Exposure,
  result: RunResult,
  progress: Progress,
  startedAt: Date,
): void {
  const [name, code] = endEvent(node, result);
  const info = nodeInfo(node, result.status, { startedAt, finishedAt: work.run.now() });
  work.run.reporter.emit({
    name,
    code,
    level: levelOf(result),
    thread: result.thread_id,
    message: renderEnd(node, result, progress),
    data: {
      ...(name === "LogTestResult"
        ? { name: node.name, num_models: progress.total, num_failures: result.failures ?? 0 }
        : {}),
      description: describeNode(node),
      execution_time: result.execution_time,
      index: progress.index,
      total: progress.total,
      status: result.status,
      result_message: result.message ?? "",
      node_info: info,
    },
  });
  work.run.reporter.emit({
    name: "NodeFinished",
    code: "Q025",
    level: "debug",
    thread: result.thread_id,
    message: `Finished running node ${node.unique_id}`,
    data: {
      node_info: info,
      run_result: {
        status: result.status,
        message: result.message ?? "",
        execution_time: result.execution_time,
        thread: result.thread_id,
        num_failures: result.failures ?? 0,
      },
    },
  });
}

async function runNode(
  work: Work,
  id: string,
  session: Session,
  thread: string,
): Promise<RunResult | undefined> {
  const { run } = work;
  const node = findNode(run, id);
  if (node === undefined) return undefined;
  if (work.options.silent.has(id)) {
    return work.options.skipsAll ? skippedResult(node, thread, null) : undefined;
  }
  work.started += 1;
  const progress = { index: work.started, total: work.total };
  const startedAt = run.now();
  const reason = run.signal.aborted ? "The process was interrupted" : work.stopReason;
  if (work.blocked.has(id) || work.options.skipsAll || reason !== undefined) {
    const result = skippedResult(node, thread, reason ?? null);
    emitEnd(work, node, result, progress, startedAt);
    return result;
  }
  if (node.resource_type === "exposure") {
    const result = noOpResult(node, thread);
    emitEnd(work, node, result, progress, startedAt);
    return result;
  }
  const parsed = run.project.nodes.get(id);
  if (parsed === undefined) return undefined;
  emitStart(work, node, progress, thread, startedAt);
  const result = await runOne(run, parsed, session, thread);
  emitEnd(work, node, result, progress, startedAt);
  return result;
}

function settle(work: Work, id: string, result: RunResult | undefined): void {
  const isBlocked = result === undefined ? work.blocked.has(id) : BLOCKING.has(result.status);
  if (isBlocked) {
    for (const child of work.options.plan.graph.children.get(id) ?? []) work.blocked.add(child);
  }
  if (result !== undefined) {
    work.options.onResult(result);
    const hasFailed = result.status === "error" || result.status === "fail";
    if (work.options.failFast && hasFailed) work.stopReason ??= "Skipping due to fail_fast";
  }
  work.queue.finish(id);
}

async function workOff(
  work: Work,
  session: Session,
  thread: string,
  waiters: (() => void)[],
): Promise<void> {
  while (!work.queue.isFinished) {
    const id = work.queue.take();
    if (id === undefined) {
      await new Promise<void>((resolve) => waiters.push(resolve));
      continue;
    }
    settle(work, id, await runNode(work, id, session, thread));
    for (const wake of waiters.splice(0)) wake();
  }
}

/** Runs all nodes of a plan on as many sessions as there are threads. */
export async function runNodes(run: RunContext, options: RunNodesOptions): Promise<void> {
  const ids = [...options.plan.graph.parents.keys()];
  const work: Work = {
    run,
    options,
    queue: new RunQueue(options.plan),
    total: ids.filter((id) => !options.silent.has(id)).length,
    blocked: new Set(),
    started: 0,
    stopReason: undefined,
  };
  const waiters: (() => void)[] = [];
  const count = Math.max(1, Math.min(options.threads, ids.length));
  const sessions = await Promise.all(
    Array.from({ length: count }, async () => run.database.openSession()),
  );
  const interrupt = (): void => {
    for (const session of sessions) session.interrupt();
  };
  run.signal.addEventListener("abort", interrupt);
  try {
    await Promise.all(
      sessions.map(async (session, index) =>
        workOff(work, session, `Thread-${index + 1} (worker)`, waiters),
      ),
    );
  } finally {
    run.signal.removeEventListener("abort", interrupt);
    for (const session of sessions) session.close();
  }
}
