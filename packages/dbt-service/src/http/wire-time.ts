/** An instant as dbt Cloud writes those of runs and steps: a space, six digits, an offset. */
export function renderRunTime(at: Date | null): string | null {
  return at === null ? null : at.toISOString().replace("T", " ").replace("Z", "000+00:00");
}

/** An instant as dbt Cloud writes those of everything but runs. */
export function renderTime(at: Date): string {
  return at.toISOString().replace("Z", "000+00:00");
}

/** A duration as `HH:MM:SS`. */
export function renderDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const parts = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}

/** A duration in words: `1 minute, 50 seconds`. */
export function humanizeDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const parts = [
    [Math.floor(seconds / 3_600), "hour"],
    [Math.floor(seconds / 60) % 60, "minute"],
    [seconds % 60, "second"],
  ] as const;
  const words = parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => renderCount(count, unit));
  return words.length === 0 ? "0 minutes" : words.join(", ");
}

function renderCount(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
