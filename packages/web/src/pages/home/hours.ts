import type { UiHome } from "@airloom/api";

type Hour = UiHome["runs_per_hour"][number];

/** One bar of the chart, as fractions of the highest bar. */
export interface HourBar {
  readonly hour: string;
  readonly quiet: number;
  /** Green runs in which something failed. */
  readonly troubled: number;
  readonly failed: number;
  readonly failures: number;
  readonly troubles: number;
  readonly total: number;
}

/** The highest round number that two grid lines divide evenly and no bar exceeds. */
export function ceilingOf(highest: number): number {
  const step = [1, 2, 4, 6, 8, 10].map(
    (factor) => factor * 10 ** Math.floor(Math.log10(Math.max(1, highest))),
  );
  const ceiling = step.find((candidate) => candidate >= highest) ?? highest;
  return Math.max(2, ceiling % 2 === 0 ? ceiling : ceiling + 1);
}

/** What each hour's bar looks like below a ceiling. */
export function barsOf(hours: readonly Hour[], ceiling: number): readonly HourBar[] {
  return hours.map(
    ({ hour, success, success_with_failures: troubles, failed, running, queued }) => ({
      hour,
      quiet: (success - troubles + running + queued) / ceiling,
      troubled: troubles / ceiling,
      failed: failed / ceiling,
      failures: failed,
      troubles,
      total: success + failed + running + queued,
    }),
  );
}

/** The instant an hour after. */
export function endOfHour(hour: string): string {
  return new Date(Date.parse(hour) + 3_600_000).toISOString();
}
