/**
 * A duration for people: `0.42 s`, `15.2 s`, `6 m 31 s`, `2 h 05 m`, `3 d 4 h`.
 *
 * Below 10 s two digits follow the point, below a minute one.
 */
export function renderDuration(seconds: number): string {
  if (seconds < 9.995) return `${seconds.toFixed(2)} s`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3_600) return `${Math.floor(whole / 60)} m ${pad(whole % 60)} s`;
  if (whole < 86_400)
    return `${Math.floor(whole / 3_600)} h ${pad(Math.floor((whole % 3_600) / 60))} m`;
  return `${Math.floor(whole / 86_400)} d ${Math.floor((whole % 86_400) / 3_600)} h`;
}

/** The same for something that still runs: whole seconds, so that only the last digit moves. */
export function renderElapsed(seconds: number): string {
  return seconds < 60 ? `${Math.floor(seconds)} s` : renderDuration(Math.floor(seconds));
}

/** Seconds between two ISO instants; an open end counts to `now`. */
export function secondsBetween(
  start: string | null | undefined,
  end: string | null | undefined,
  now: Date,
): number | undefined {
  if (start === null || start === undefined) return undefined;
  const until = end === null || end === undefined ? now.getTime() : Date.parse(end);
  return Math.max(0, (until - Date.parse(start)) / 1_000);
}

/** The middle of the durations, so that one slow run does not move it. */
export function medianOf(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}

function pad(value: number): string {
  return String(value).padStart(2, "0");
}
