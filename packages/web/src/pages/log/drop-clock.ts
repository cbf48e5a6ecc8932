import { stripAnsi } from "../../ui/parse-ansi.ts";

/** A time as dbt begins its lines with: two spaces follow it. */
const CLOCK = /^\d{2}:\d{2}:\d{2}(?:\.\d+)? {2}/u;

/** A line without the time it begins with: the time at which it was written stands beside it already. */
export function dropClock(text: string): string {
  const clock = CLOCK.exec(stripAnsi(text))?.[0];
  // Colours may stand before the time: they stay.
  return clock === undefined ? text : text.replace(clock, "");
}
