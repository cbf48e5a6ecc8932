import type { TaskInstance } from "@airloom/api";
import { isTaskFinished } from "../../states/task-state.ts";

type Timed = Pick<
  TaskInstance,
  "state" | "task_id" | "map_index" | "queued_when" | "start_date" | "end_date"
>;

/** When a task was queued, started and ended, as fractions of the run's time. */
export interface TimelineBar {
  readonly queued: number;
  readonly started: number;
  /** When it went on after it had waited outside a process: from its start to here it waited. */
  readonly resumed?: number | undefined;
  readonly ended: number;
}

/** A bar for each task that has been queued, by `task_id map_index`. */
export function timelineOf(
  instances: readonly Timed[],
  now: Date,
): ReadonlyMap<string, TimelineBar> {
  const spans = instances.flatMap((instance) => spanOf(instance, now) ?? []);
  const from = Math.min(...spans.map(({ queued }) => queued));
  const length = Math.max(1, Math.max(...spans.map(({ ended }) => ended)) - from);
  const at = (instant: number): number => (instant - from) / length;
  return new Map(
    spans.map(({ key, queued, started, resumed, ended }) => [
      key,
      {
        queued: at(queued),
        started: at(started),
        resumed: resumed === undefined ? undefined : at(resumed),
        ended: at(ended),
      },
    ]),
  );
}

function spanOf(instance: Timed, now: Date): (TimelineBar & { readonly key: string }) | undefined {
  const { state, queued_when, start_date, end_date } = instance;
  const queuedAt = queued_when ?? start_date;
  if (queuedAt === null) return undefined;
  if (start_date === null && isTaskFinished(state ?? "none")) return undefined;
  const key = `${instance.task_id} ${instance.map_index}`;
  const queued = Date.parse(queuedAt);
  const started = start_date === null ? now.getTime() : Date.parse(start_date);
  const ended = end_date === null ? now.getTime() : Date.parse(end_date);
  // A task that waited outside is queued a second time, after its start.
  if (started < queued && queued <= ended) {
    return { key, queued: started, started, resumed: queued, ended };
  }
  // A clear leaves the old start behind for a moment: no instant may lie before the one that leads to it.
  const from = Math.max(queued, started);
  return { key, queued, started: from, ended: Math.max(from, ended) };
}
