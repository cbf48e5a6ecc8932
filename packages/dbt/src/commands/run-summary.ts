import type { Exposure, ManifestNode } from "../artifacts/manifest.ts";
import type { RunResult } from "../artifacts/run-results.ts";
import { type Color, paint } from "../events/event.ts";
import { nodeInfo } from "../events/node-info.ts";
import type { Reporter } from "../events/reporter.ts";
import type { CompiledNode } from "../run/compiled-node.ts";
import { type RunSums, sumUp } from "./statistics.ts";

/** What the end of a run is told from. */
export interface SummaryInput {
  readonly reporter: Reporter;
  readonly results: readonly RunResult[];
  readonly compiled: ReadonlyMap<string, CompiledNode>;
  readonly findNode: (id: string) => ManifestNode | Exposure | undefined;
  readonly isInterrupted: boolean;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function headline(errors: number, warnings: number, isInterrupted: boolean): string {
  if (isInterrupted) return paint("yellow", "The process was interrupted");
  if (errors > 0) {
    const counts = `${plural(errors, "error")}, 0 partial successes, and ${plural(warnings, "warning")}`;
    return paint("red", `Completed with ${counts}:`);
  }
  if (warnings > 0) return paint("yellow", `Completed with ${plural(warnings, "warning")}:`);
  return paint("green", "Completed successfully");
}

function reportOne(input: SummaryInput, result: RunResult): void {
  const node = input.findNode(result.unique_id);
  if (node === undefined) return;
  const { reporter } = input;
  const isWarning = result.status === "warn";
  const color: Color = isWarning ? "yellow" : "red";
  const level = isWarning ? "warn" : "error";
  const title = `${isWarning ? "Warning" : "Failure"} in ${node.resource_type} ${node.name} (${node.original_file_path})`;
  const info = { node_info: nodeInfo(node, "None") };
  const [name, code] = isWarning ? ["RunResultWarning", "Z021"] : ["RunResultFailure", "Z022"];
  reporter.blank();
  reporter.log(level, name, code, paint(color, title), {
    ...info,
    node_name: node.name,
    path: node.original_file_path,
    resource_type: node.resource_type,
  });
  const message = result.message ?? `Status: ${result.status}`;
  if (isWarning)
    reporter.log("warn", "RunResultWarningMessage", "Z046", message, { ...info, msg: message });
  else reporter.log("error", "RunResultError", "Z024", `  ${message}`, { ...info, msg: message });
  const compiled = input.compiled.get(result.unique_id);
  const stored = node.resource_type === "test" ? node.relation_name : null;
  if (compiled !== undefined) {
    reporter.blank();
    reporter.info("SQLCompiledPath", "Z026", `  compiled code at ${compiled.path}`, {
      ...info,
      path: compiled.path,
    });
  }
  if (stored === null || result.status === "error") return;
  const query = `select * from ${stored}`;
  const border = "-".repeat(query.length);
  reporter.blank();
  reporter.info(
    "CheckNodeTestFailure",
    "Z027",
    `  See test failures:\n  ${border}\n  ${query}\n  ${border}`,
    { ...info, relation_name: stored },
  );
}

function renderStats(sums: RunSums): string {
  return `Done. PASS=${sums.pass} WARN=${sums.warn} ERROR=${sums.error} SKIP=${sums.skip} NO-OP=${sums.noop} TOTAL=${sums.total}`;
}

/** Tells how a run ended: headline, failures, sums. */
export function reportSummary(input: SummaryInput): void {
  const { reporter, results } = input;
  const failed = results.filter(({ status }) => status === "error" || status === "fail");
  const warned = results.filter(({ status }) => status === "warn");
  reporter.blank();
  reporter.info(
    "EndOfRunSummary",
    "Z030",
    headline(failed.length, warned.length, input.isInterrupted),
    {
      keyboard_interrupt: input.isInterrupted,
      num_errors: failed.length,
      num_partial_success: 0,
      num_warnings: warned.length,
    },
  );
  for (const result of [...failed, ...warned]) reportOne(input, result);
  const sums = sumUp(results);
  reporter.blank();
  reporter.info("StatsLine", "Z023", renderStats(sums), { stats: { ...sums } });
}
