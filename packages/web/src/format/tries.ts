import type { TaskInstance } from "@airloom/api";

/** `1 of 3`. As in Airflow `max_tries` counts the retries alone. */
export function renderTries({
  try_number,
  max_tries,
}: Pick<TaskInstance, "try_number" | "max_tries">): string {
  return `${try_number} of ${Math.max(max_tries + 1, try_number)}`;
}
