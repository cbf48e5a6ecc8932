import type { TaskSpec } from "./dag-spec.ts";
import type { TaskInstance } from "./task-instance.ts";

/** Airflow's `core.max_task_retry_delay`. */
export const MAX_RETRY_DELAY_S = 86_400;

/** True where a failed attempt may be followed by another. */
export function hasTriesLeft(taskInstance: Pick<TaskInstance, "tryNumber" | "maxTries">): boolean {
  return taskInstance.tryNumber <= taskInstance.maxTries;
}

/** How long to wait after this attempt failed: `retryDelay * backoff ^ (try - 1)`, capped. */
export function findRetryDelayMs(
  task: Pick<TaskSpec, "retries" | "retryDelay" | "retryExponentialBackoff" | "maxRetryDelay">,
  taskInstance: Pick<TaskInstance, "tryNumber" | "maxTries">,
): number {
  // A clear and a lost attempt raise `maxTries`, so that this counts the author's own retries since the clear.
  const earlier = Math.max(0, taskInstance.tryNumber - 1 - (taskInstance.maxTries - task.retries));
  const factor = task.retryExponentialBackoff > 0 ? task.retryExponentialBackoff ** earlier : 1;
  // A finite factor: no delay at all, times one beyond all numbers, is still no delay.
  const delay = task.retryDelay * Math.min(factor, Number.MAX_VALUE);
  const cap = Math.min(task.maxRetryDelay ?? MAX_RETRY_DELAY_S, MAX_RETRY_DELAY_S);
  return Math.round(Math.max(0, Math.min(delay, cap)) * 1_000);
}
