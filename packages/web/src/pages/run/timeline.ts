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
    spans.map(({ key, queued, started, ended }) => [
      key,
      { queued: at(queued), started: at(started), ended: at(ended) },
    ]),
  );
}

/** A clear leaves the old start behind for a moment, so that no instant may lie before the one that leads to it. */
function spanOf(instance: Timed, now: Date): (TimelineBar & { readonly key: string }) | undefined {
  const queuedAt = instance.queued_when ?? instance.start_date;
  if (queuedAt === null) return undefined;
  if (instance.start_date === null && isTaskFinished(instance.state ?? "none")) return undefined;
  const queued = Date.parse(queuedAt);
  const started = Math.max(
    queued,
    instance.start_date === null ? now.getTime() : Date.parse(instance.start_date),
  );
  const ended = Math.max(
    started,
    instance.end_date === null ? now.getTime() : Date.parse(instance.end_date),
  );
  return { key: `${instance.task_id} ${instance.map_index}`, queued, started, ended };
}
