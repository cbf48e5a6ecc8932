import { hasFailures, type RunTroubleCounts } from "@airloom/api/describe-trouble";
import { isNodeFinished, type NodeState } from "@airloom/core";
import { EXIT } from "./exit-codes.ts";
import { isBad, renderRunState, renderState } from "./states.ts";
import { renderDuration, renderTable } from "./table.ts";
import type { Terminal } from "./terminal.ts";

/** A dbt node as the terminal shows it. */
export interface NodeView {
  readonly uniqueId: string;
  readonly name: string;
  readonly type: string;
  readonly state: NodeState;
  readonly durationMs: number | null;
  readonly message: string | null;
}

/** A task as the terminal shows it, with the dbt nodes below it. */
export interface TaskView {
  readonly taskId: string;
  readonly state: string | null;
  readonly tryNumber: number;
  readonly durationMs: number | null;
  readonly failure: string | null;
  readonly nodes: readonly NodeView[];
}

/** A run as the terminal shows it, with what went wrong in it. */
export interface RunView {
  readonly dagId: string;
  readonly runId: string;
  readonly state: string;
  readonly durationMs: number | null;
  readonly trouble: RunTroubleCounts;
  readonly tasks: readonly TaskView[];
}

type Styler = Pick<Terminal, "style">;

const BAR_WIDTH = 24;
const SHOWN_NODES = 6;

function durationOf(ms: number | null): string {
  return ms === null ? "" : renderDuration(ms);
}

/** The live area: every task, and below a dbt task its progress, what runs and what failed. */
export function renderLiveRun(run: RunView, styler: Styler): readonly string[] {
  const width = Math.max(...run.tasks.map((task) => task.taskId.length), 10);
  return run.tasks.flatMap((task) => [
    `  ${renderState(task.state, styler).padEnd(22)} ${task.taskId.padEnd(width)}  ${durationOf(task.durationMs)}`.trimEnd(),
    ...renderNodeProgress(task.nodes, styler),
  ]);
}

function renderNodeProgress(nodes: readonly NodeView[], styler: Styler): readonly string[] {
  if (nodes.length === 0) return [];
  const done = nodes.filter((node) => isNodeFinished(node.state));
  const filled = Math.round((done.length / nodes.length) * BAR_WIDTH);
  const bar = `${"█".repeat(filled)}${"░".repeat(BAR_WIDTH - filled)}`;
  const shown = [
    ...nodes.filter((node) => isBad(node.state)),
    ...nodes.filter((node) => node.state === "running"),
  ].slice(0, SHOWN_NODES);
  return [
    `      ${bar} ${done.length}/${nodes.length} dbt nodes`,
    ...shown.map((node) => `      ${renderState(node.state, styler)}  ${node.type} ${node.name}`),
  ];
}

/** The final table: every task and every dbt node with its state and duration. */
export function renderRunTable(run: RunView, styler: Styler): readonly string[] {
  const rows = run.tasks.flatMap((task) => [
    [
      task.taskId,
      renderState(task.state, styler),
      durationOf(task.durationMs),
      `try ${task.tryNumber}`,
    ],
    ...task.nodes.map((node) => [
      `  ${node.name}`,
      renderState(node.state, styler),
      durationOf(node.durationMs),
      node.type,
    ]),
  ]);
  return renderTable(["TASK / DBT NODE", "STATE", "DURATION", ""], rows);
}

/** Lines that say what changed between two views: what a log wants instead of a live area. */
export function renderChanges(before: RunView | undefined, after: RunView): readonly string[] {
  return after.tasks.flatMap((task) => {
    const old = before?.tasks.find((candidate) => candidate.taskId === task.taskId);
    const changed = old?.state !== task.state && task.state !== null;
    const line = `${task.taskId}: ${task.state}${took(task.durationMs, task.state)}`;
    return [...(changed ? [line] : []), ...changedNodes(old?.nodes ?? [], task.nodes)];
  });
}

function changedNodes(before: readonly NodeView[], after: readonly NodeView[]): readonly string[] {
  const known = new Map(before.map((node) => [node.uniqueId, node.state]));
  return after
    .filter((node) => isNodeFinished(node.state) && known.get(node.uniqueId) !== node.state)
    .map(
      (node) => `  ${node.type} ${node.name}: ${node.state}${took(node.durationMs, node.state)}`,
    );
}

function took(ms: number | null, state: string | null): string {
  return ms === null || state === "running" ? "" : ` (${renderDuration(ms)})`;
}

/** What went wrong, task by task, node by node. */
export function renderFailures(run: RunView): readonly string[] {
  return run.tasks.flatMap((task) => [
    ...(task.failure === null ? [] : [`${task.taskId}: ${task.failure}`]),
    ...task.nodes
      .filter((node) => isBad(node.state) && node.message !== null)
      .map((node) => `  ${node.type} ${node.name}: ${node.message}`),
  ]);
}

/** How a run ended, in one line: `▲ success, 2 tasks failed`. */
export function renderRunEnd({ state, trouble }: RunView, styler: Styler): string {
  return renderRunState({ state, ...trouble }, styler);
}

/** What a command says to scripts that waited for a run: a failure behind a green run is no success either. */
export function exitCodeOf({ state, trouble }: RunView): number {
  if (state === "failed") return EXIT.failed;
  return hasFailures(trouble) ? EXIT.failedInside : EXIT.ok;
}
