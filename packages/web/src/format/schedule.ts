const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const;

/**
 * A cron expression in words where a few words are enough: `Hourly`, `Daily 06:00`, `Every 15 min`.
 *
 * Anything else is answered as it was written.
 */
export function renderCron(expression: string): string {
  const [minute, hour, dayOfMonth, month, weekday, ...rest] = expression.trim().split(/\s+/u);
  if (minute === undefined || hour === undefined || weekday === undefined || rest.length > 0) {
    return expression;
  }
  if (month !== "*") return expression;
  const every = /^\*\/(?<step>\d+)$/u.exec(minute)?.groups?.["step"];
  const isEveryDay = dayOfMonth === "*" && weekday === "*";

  if (hour === "*" && isEveryDay) return renderWithinHour(minute, every) ?? expression;
  if (!/^\d+$/u.test(minute) || !/^\d+$/u.test(hour)) return expression;
  const clock = `${hour.padStart(2, "0")}:${minute.padStart(2, "0")}`;
  if (isEveryDay) return `Daily ${clock}`;
  const day = DAYS[Number(weekday)];
  if (dayOfMonth === "*" && /^[0-7]$/u.test(weekday) && day !== undefined)
    return `Weekly ${day} ${clock}`;
  if (weekday === "*" && dayOfMonth === "1") return `Monthly ${clock}`;
  return expression;
}

function renderWithinHour(minute: string, every: string | undefined): string | undefined {
  if (minute === "0") return "Hourly";
  if (minute === "*") return "Every minute";
  if (every !== undefined) return `Every ${every} min`;
  return /^\d+$/u.test(minute) ? `Hourly at :${minute.padStart(2, "0")}` : undefined;
}
