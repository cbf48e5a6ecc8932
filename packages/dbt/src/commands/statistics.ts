import type { Exposure, ManifestNode } from "../artifacts/manifest.ts";
import type { RunResult } from "../artifacts/run-results.ts";
import { renderScalar } from "../json.ts";
import type { ParsedProject } from "../parse/parsed-project.ts";

function plural(count: number, noun: string): string {
  if (count === 1) return `1 ${noun}`;
  return `${count} ${noun === "analysis" ? "analyses" : noun.endsWith("s") ? noun : `${noun}s`}`;
}

const LABELS: Readonly<Record<string, string>> = { test: "data test" };

function countBy(labels: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts;
}

/** "7 models, 2 seeds, …": what a project holds. */
export function describeProject(project: ParsedProject): string {
  const order = ["model", "analysis", "test", "seed", "snapshot", "operation"];
  const counts = countBy([...project.nodes.values()].map(({ node }) => node.resource_type));
  const nodes = order
    .filter((type) => counts.has(type))
    .map((type) => plural(counts.get(type) ?? 0, LABELS[type] ?? type));
  const rest = [
    [project.sources.size, "source"],
    [project.exposures.size, "exposure"],
    [project.macros.size, "macro"],
    [project.groups.size, "group"],
  ] as const;
  return [
    ...nodes,
    ...rest.filter(([count]) => count > 0).map(([count, noun]) => plural(count, noun)),
  ].join(", ");
}

function labelOf(node: ManifestNode | Exposure): string {
  if (node.resource_type === "model") return `${renderScalar(node.config["materialized"])} model`;
  return node.resource_type;
}

/** "1 seed, 3 table models, …": what a run worked on. */
export function describeRun(nodes: readonly (ManifestNode | Exposure)[]): string {
  const counts = [...countBy(nodes.map(labelOf))].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return counts.map(([label, count]) => plural(count, LABELS[label] ?? label)).join(", ");
}

/** How many nodes ended how. */
export interface RunSums {
  readonly pass: number;
  readonly warn: number;
  readonly error: number;
  readonly skip: number;
  readonly noop: number;
  readonly total: number;
}

/** Sums up results. */
export function sumUp(results: readonly RunResult[]): RunSums {
  const count = (...statuses: readonly string[]): number =>
    results.filter((result) => statuses.includes(result.status)).length;
  return {
    pass: count("success", "pass"),
    warn: count("warn"),
    error: count("error", "fail", "runtime error"),
    skip: count("skipped"),
    noop: count("no-op"),
    total: results.length,
  };
}

/** A duration as dbt writes it: ` in 0 hours 0 minutes and 1.63 seconds`. */
export function renderDuration(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  return ` in ${hours} hours ${minutes} minutes and ${(seconds % 60).toFixed(2)} seconds`;
}
