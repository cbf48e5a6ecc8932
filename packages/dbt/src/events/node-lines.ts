import type { RunResult } from "../artifacts/run-results.ts";
import { renderScalar } from "../json.ts";
import { paint } from "./event.ts";
import type { RunnableNode } from "./node-info.ts";

const WIDTH = 80;

/** Where a node stands in a run. */
export interface Progress {
  readonly index: number;
  readonly total: number;
}

/** A line of the console about a node, padded with dots to a column as dbt pads it. */
export function renderLine(
  message: string,
  status: string,
  options: { readonly progress?: Progress | undefined; readonly seconds?: number | undefined } = {},
): string {
  const { progress, seconds } = options;
  const lead = progress === undefined ? "" : `${progress.index} of ${progress.total} `;
  const time = seconds === undefined ? "" : ` in ${seconds.toFixed(2)}s`;
  return `${`${lead}${message} `.padEnd(WIDTH, ".")} [${status}${time}]`;
}

/** How the console speaks of a node: `sql table model main.orders`. */
export function describeNode(node: RunnableNode): string {
  switch (node.resource_type) {
    case "model":
      return `sql ${renderScalar(node.config["materialized"])} model ${node.schema}.${node.alias}`;
    case "seed":
      return `seed file ${node.schema}.${node.alias}`;
    case "snapshot":
      return `snapshot ${node.schema}.${node.alias}`;
    default:
      return `${node.resource_type} ${node.name}`;
  }
}

/** Name of a relation as lines about skipped nodes write it. */
function skippedName(node: RunnableNode): string {
  const isRelation = ["model", "seed", "snapshot"].includes(node.resource_type);
  return isRelation && "schema" in node
    ? `relation ${node.schema}.${node.name}`
    : `${node.resource_type} ${node.name}`;
}

/** The line of a node that begins. */
export function renderStart(node: RunnableNode, progress: Progress): string {
  return renderLine(`START ${describeNode(node)}`, "RUN", { progress });
}

function renderTest(node: RunnableNode, result: RunResult, progress: Progress): string {
  const seconds = result.execution_time;
  const line = (info: string, status: string): string =>
    renderLine(`${info} ${node.name}`, status, { progress, seconds });
  switch (result.status) {
    case "pass":
      return line("PASS", paint("green", "PASS"));
    case "warn":
      return line(`WARN ${result.failures ?? 0}`, paint("yellow", `WARN ${result.failures ?? 0}`));
    case "fail":
      return line(`FAIL ${result.failures ?? 0}`, paint("red", `FAIL ${result.failures ?? 0}`));
    default:
      return line("ERROR", paint("red", "ERROR"));
  }
}

const DONE: Readonly<Record<string, readonly [ok: string, error: string]>> = {
  model: ["OK created", "ERROR creating"],
  seed: ["OK loaded", "ERROR loading"],
  snapshot: ["OK snapshotted", "ERROR snapshotting"],
};

/** The line of a node that has ended. */
export function renderEnd(node: RunnableNode, result: RunResult, progress: Progress): string {
  if (result.status === "skipped") {
    return renderLine(`SKIP ${skippedName(node)}`, paint("yellow", "SKIP"), { progress });
  }
  const seconds = result.execution_time;
  if (result.status === "no-op") {
    return renderLine(`NO-OP ${describeNode(node)}`, paint("yellow", "NO-OP"), {
      progress,
      seconds,
    });
  }
  if (node.resource_type === "test") return renderTest(node, result, progress);
  const [ok, error] = DONE[node.resource_type] ?? ["OK", "ERROR"];
  const what =
    node.resource_type === "snapshot"
      ? describeNode(node).slice("snapshot ".length)
      : describeNode(node);
  if (result.status === "error") {
    return renderLine(`${error} ${what}`, paint("red", "ERROR"), { progress, seconds });
  }
  return renderLine(`${ok} ${what}`, paint("green", result.message ?? "OK"), { progress, seconds });
}

/** The name and code of the event that carries a node's end. */
export function endEvent(
  node: RunnableNode,
  result: RunResult,
): readonly [name: string, code: string] {
  if (result.status === "skipped") return ["SkippingDetails", "Q034"];
  if (result.status === "no-op") return ["LogNodeNoOpResult", "Q019"];
  switch (node.resource_type) {
    case "test":
      return ["LogTestResult", "Q007"];
    case "snapshot":
      return ["LogSnapshotResult", "Q015"];
    case "seed":
      return ["LogSeedResult", "Q016"];
    default:
      return ["LogModelResult", "Q012"];
  }
}
