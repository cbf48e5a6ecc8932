import type { UiNode } from "@airloom/api";
import { badnessOf, isNodeBad } from "../../states/node-state.ts";

type Timed = Pick<UiNode, "state" | "start_date" | "end_date" | "index">;

export const NODE_ORDERS = ["worst", "start", "longest"] as const;
export type NodeOrder = (typeof NODE_ORDERS)[number];

/** Nodes in the order asked for; ties keep the order in which dbt named them. */
export function sortNodes<T extends Timed & Pick<UiNode, "execution_time">>(
  nodes: readonly T[],
  order: NodeOrder,
): readonly T[] {
  const byIndex = nodes.toSorted((a, b) => a.index - b.index);
  switch (order) {
    case "worst":
      return byIndex.toSorted((a, b) => badnessOf(a.state) - badnessOf(b.state));
    case "start":
      return byIndex.toSorted((a, b) => startOf(a) - startOf(b));
    case "longest":
      return byIndex.toSorted((a, b) => (b.execution_time ?? -1) - (a.execution_time ?? -1));
  }
}

/** The stretch of time in which the nodes ran, in milliseconds since 1970. */
export interface Axis {
  readonly from: number;
  readonly to: number;
}

/** The axis all bars share; `undefined` while nothing has started. */
export function axisOf(nodes: readonly Timed[], now: Date): Axis | undefined {
  const started = nodes.filter(({ start_date }) => start_date !== null);
  if (started.length === 0) return undefined;
  const from = Math.min(...started.map(startOf));
  return { from, to: Math.max(from + 1, ...started.map((node) => endOf(node, now))) };
}

/** A bar as fractions of the axis; `undefined` for a node that did not run. */
export function barOf(
  node: Timed,
  axis: Axis,
  now: Date,
): { readonly left: number; readonly width: number } | undefined {
  if (node.start_date === null) return undefined;
  const span = axis.to - axis.from;
  const left = (startOf(node) - axis.from) / span;
  return { left, width: Math.max(0, (endOf(node, now) - startOf(node)) / span) };
}

/** How many nodes are in each state, worst first. */
export function countStates(
  nodes: readonly Pick<UiNode, "state">[],
): readonly { readonly state: UiNode["state"]; readonly count: number }[] {
  const counts = new Map<UiNode["state"], number>();
  for (const { state } of nodes) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts]
    .map(([state, count]) => ({ state, count }))
    .toSorted((a, b) => badnessOf(a.state) - badnessOf(b.state));
}

/** What a rerun from the point of failure takes: bad nodes, and those skipped because of them. */
export function countRerun(nodes: readonly Pick<UiNode, "state">[]): number {
  return nodes.filter(({ state }) => isNodeBad(state) || state === "skipped").length;
}

function startOf({ start_date }: Timed): number {
  return start_date === null ? Number.POSITIVE_INFINITY : Date.parse(start_date);
}

function endOf({ end_date }: Timed, now: Date): number {
  return end_date === null ? now.getTime() : Date.parse(end_date);
}
