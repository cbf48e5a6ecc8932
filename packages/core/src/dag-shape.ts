import type { TaskSpec } from "./dag-spec.ts";
import { itemAt } from "./item-at.ts";

/** Who comes before and after whom, by position. */
export interface DagShape {
  readonly positionOf: ReadonlyMap<string, number>;
  readonly upstream: readonly (readonly number[])[];
  readonly downstream: readonly (readonly number[])[];
}

/** Reads the shape of tasks whose ids are unique. Upstream that is none of them, and what is said twice, is left out. */
export function readShape(tasks: readonly TaskSpec[]): DagShape {
  const positionOf = new Map(tasks.map((task, position) => [task.taskId, position]));
  const upstream = tasks.map((task) =>
    [...new Set(task.upstream)].flatMap((taskId) => positionOf.get(taskId) ?? []),
  );
  const downstream = tasks.map((): number[] => []);
  for (const [position, sources] of upstream.entries()) {
    for (const source of sources) itemAt(downstream, source).push(position);
  }
  return { positionOf, upstream, downstream };
}
