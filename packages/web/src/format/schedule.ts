const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const;

/** A schedule in a few words: those of its cron expression where there are any, else the server's description. */
export function renderSchedule(summary: string | null, description: string): string {
  if (summary === null) return "Manual";
  const words = renderCron(summary);
  if (words !== summary || isCron(summary)) return words;
  return description === "" ? summary : description;
}

/**
 * A cron expression in words where a few words are enough: `Hourly`, `Daily 06:00`, `Every 3 h at :20`.
 *
 * Anything else is answered as it was written.
 */
export function renderCron(expression: string): string {
  const [minute, hour, dayOfMonth, month, weekday] = expression.trim().split(/\s+/u);
  if (!isCron(expression) || minute === undefined || hour === undefined) return expression;
  if (month !== "*" || dayOfMonth === undefined || weekday === undefined) return expression;
  const isEveryDay = dayOfMonth === "*" && weekday === "*";
  if (isEveryDay && /^[*/\d]+$/u.test(hour)) {
    const within = renderWithinDay(minute, hour);
    if (within !== undefined) return within;
  }
  const clock = renderClock(minute, hour);
  if (clock === undefined) return expression;
  const days = renderDays(dayOfMonth, weekday);
  return days === undefined ? expression : `${days} ${clock}`;
}

function isCron(text: string): boolean {
  return text.trim().split(/\s+/u).length === 5;
}

/** What comes more often than once a day. */
function renderWithinDay(minute: string, hour: string): string | undefined {
  const everyMinutes = stepOf(minute);
  const everyHours = stepOf(hour);
  if (hour === "*" && minute === "*") return "Every minute";
  if (hour === "*" && everyMinutes !== undefined) return `Every ${everyMinutes} min`;
  if (!/^\d+$/u.test(minute)) return undefined;
  const at = minute === "0" ? "" : ` at :${minute.padStart(2, "0")}`;
  if (hour === "*") return `Hourly${at}`;
  return everyHours === undefined ? undefined : `Every ${everyHours} h${at}`;
}

/** The `n` of a star and a step, such as `*` and `/n`. */
function stepOf(field: string): string | undefined {
  return /^\*\/(?<step>\d+)$/u.exec(field)?.groups?.["step"];
}

/** `06:00`, or `06:00, 18:00` for two hours. */
function renderClock(minute: string, hour: string): string | undefined {
  if (!/^\d+$/u.test(minute) || !/^\d+(?:,\d+)?$/u.test(hour)) return undefined;
  return hour
    .split(",")
    .map((one) => `${one.padStart(2, "0")}:${minute.padStart(2, "0")}`)
    .join(", ");
}

function renderDays(dayOfMonth: string, weekday: string): string | undefined {
  if (dayOfMonth === "*" && weekday === "*") return "Daily";
  if (dayOfMonth === "*" && weekday === "1-5") return "Mon to Fri";
  const day = DAYS[Number(weekday)];
  if (dayOfMonth === "*" && /^[0-7]$/u.test(weekday) && day !== undefined) return `Weekly ${day}`;
  return weekday === "*" && dayOfMonth === "1" ? "Monthly" : undefined;
}
