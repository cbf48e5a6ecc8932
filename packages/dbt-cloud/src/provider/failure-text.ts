import type { DbtNode } from "../contract/run-results.ts";
import type { DbtRun } from "../decode.ts";

const FAILED: ReadonlySet<string> = new Set(["error", "fail", "runtime error", "partial success"]);
const MAX_NODES = 10;
const MAX_LOG_LINES = 20;

/** Why a run failed, for people: the failed nodes with file, line and the database's words, and where to look. */
export function renderFailure(run: DbtRun, nodes: readonly DbtNode[], runUrl: string): string {
  const failed = nodes.filter((node) => FAILED.has(node.state));
  const head =
    failed.length === 0
      ? `dbt run ${run.id} failed${run.statusMessage === null ? "" : `: ${run.statusMessage}`}`
      : `dbt run ${run.id} failed: ${failed.length} of ${nodes.length} nodes`;
  const lines =
    failed.length === 0 ? renderLogTail(run) : failed.slice(0, MAX_NODES).map(renderNode);
  const more = failed.length > MAX_NODES ? [`  and ${failed.length - MAX_NODES} more`] : [];
  return [head, ...lines, ...more, runUrl].join("\n");
}

function renderNode(node: DbtNode): string {
  const place =
    node.file === null ? "" : ` (${node.file}${node.line === null ? "" : `:${node.line}`})`;
  const said = (node.message ?? node.state).trim().split("\n").join("\n    ");
  return `  ${node.resourceType} ${node.name}${place}: ${said}`;
}

function renderLogTail(run: DbtRun): readonly string[] {
  const step = run.steps.find((candidate) => candidate.status === "error");
  if (step === undefined) return [];
  const lines = step.logs.split("\n").filter((line) => line.trim() !== "");
  return [
    `  step ${step.index}, ${step.name}:`,
    ...lines.slice(-MAX_LOG_LINES).map((line) => `    ${line}`),
  ];
}
