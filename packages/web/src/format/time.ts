const STEPS = [
  { limit: 60, size: 1, unit: "s" },
  { limit: 3_600, size: 60, unit: "min" },
  { limit: 86_400, size: 3_600, unit: "h" },
  { limit: Number.POSITIVE_INFINITY, size: 86_400, unit: "days" },
] as const;

/** An instant seen from `now`: `12 min ago`, `in 48 min`, `just now`. */
export function renderRelative(at: string, now: Date): string {
  const seconds = (Date.parse(at) - now.getTime()) / 1_000;
  const distance = Math.abs(seconds);
  if (distance < 1) return "just now";
  const step = STEPS.find(({ limit }) => distance < limit) ?? STEPS[3];
  const count = Math.floor(distance / step.size);
  const unit = step.unit === "days" && count === 1 ? "day" : step.unit;
  return seconds < 0 ? `${count} ${unit} ago` : `in ${count} ${unit}`;
}

/** `08:06:30` in the zone given. */
export function renderClock(at: string, zone = "UTC"): string {
  return partsOf(at, zone).time;
}

/** `22 Nov 2026, 08:06:30` in the zone given. */
export function renderInstant(at: string, zone = "UTC"): string {
  const { date, time } = partsOf(at, zone);
  return `${date}, ${time}`;
}

/** `08:00`; `22 Nov 08:00` when the day is not that of `now`, with the year when that is another too. */
export function renderShort(at: string, now: Date, zone = "UTC"): string {
  return `${renderOtherDay(at, now, zone)}${renderClock(at, zone).slice(0, 5)}`;
}

/** The same to the second: `08:00:05`. */
export function renderMoment(at: string, now: Date, zone = "UTC"): string {
  return `${renderOtherDay(at, now, zone)}${renderClock(at, zone)}`;
}

/** The time by which a run is called: to the second off the full minute, as of runs by hand several fall into one. */
export function renderRunTime(at: string, now: Date): string {
  return isFullMinute(at) ? renderShort(at, now) : renderMoment(at, now);
}

/** `2026-11-22 08:00`, in UTC; to the second off the full minute. */
export function renderDateTime(at: string): string {
  return at.slice(0, isFullMinute(at) ? 16 : 19).replace("T", " ");
}

function isFullMinute(at: string): boolean {
  return Date.parse(at) % 60_000 === 0;
}

function renderOtherDay(at: string, now: Date, zone: string): string {
  const { date } = partsOf(at, zone);
  const today = partsOf(now.toISOString(), zone).date;
  if (date === today) return "";
  const isThisYear = date.slice(-4) === today.slice(-4);
  return `${isThisYear ? date.slice(0, -5) : date} `;
}

/** All that a person may want to know of an instant: UTC, the browser's zone, and the Dag's where it is another. */
export function renderExact(
  at: string,
  zones: { readonly local: string; readonly dag?: string },
): string {
  const named = new Map([["UTC", "UTC"]]);
  if (zones.local !== "UTC") named.set(zones.local, `${zones.local}, local`);
  if (zones.dag !== undefined && !named.has(zones.dag)) named.set(zones.dag, `${zones.dag}, Dag`);
  return [...named].map(([zone, label]) => `${renderInstant(at, zone)} ${label}`).join("\n");
}

/** The last part of a zone's name, as people say it: `Europe/Berlin` is `Berlin`. */
export function renderZone(zone: string): string {
  return zone.split("/").at(-1)?.replaceAll("_", " ") ?? zone;
}

function partsOf(at: string, zone: string): { readonly date: string; readonly time: string } {
  const instant = new Date(at);
  const date = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    day: "numeric",
    month: "short",
    year: "numeric",
  }).format(instant);
  const time = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  }).format(instant);
  return { date, time };
}
