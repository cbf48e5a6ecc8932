import type { Boards } from "./boards.ts";
import type { SchedulerStore } from "./scheduler-store.ts";

const PAGE = 1_000;

/** Runs that another process created or ended without our hearing of it. */
export async function findOtherRuns(
  store: Pick<SchedulerStore, "listRuns">,
  boards: Boards,
): Promise<readonly string[]> {
  const active = new Set<string>();
  for (let offset = 0, total = 1; offset < total; offset += PAGE) {
    const filter = { states: ["queued", "running"] as const };
    const page = await store.listRuns(filter, { limit: PAGE, offset, orderBy: ["runAfter"] });
    for (const { id } of page.items) active.add(id);
    total = page.total;
  }
  const known = new Set([...boards.all].map(({ run }) => run.id));
  return [...active.symmetricDifference(known)];
}
