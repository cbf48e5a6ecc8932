import type { DbtNode } from "./dbt-wire.ts";

/** What one thread worked on, in the order of time. */
export interface Lane {
  readonly thread: string;
  readonly nodes: readonly DbtNode[];
}

/** Nodes by thread, threads by number; what never ran is left out. */
export function lanesOf(nodes: readonly DbtNode[]): readonly Lane[] {
  const started = nodes.filter(({ started_at }) => started_at !== null);
  const lanes = Map.groupBy(started, ({ thread_id }) => thread_id ?? "Thread");
  return [...lanes]
    .map(([thread, members]) => ({
      thread: thread.replace(/ \(worker\)$/u, ""),
      nodes: members.toSorted((a, b) => (a.started_at ?? "").localeCompare(b.started_at ?? "")),
    }))
    .toSorted((a, b) => numberOf(a.thread) - numberOf(b.thread));
}

function numberOf(thread: string): number {
  return Number(/\d+/u.exec(thread)?.[0] ?? 0);
}
