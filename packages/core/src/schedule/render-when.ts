/**
 * An instant as people say it: `1 Jan 2026, 12:01 UTC`, in a Dag's zone with UTC beside it:
 * `1 Jan 2026, 13:01 Berlin (12:01 UTC)`. Seconds stand only where there are any.
 */
export function renderWhen(at: Date, zone: string): string {
  const local = partsOf(at, zone);
  if (zone === "UTC") return `${local.date}, ${local.time} UTC`;
  const utc = partsOf(at, "UTC");
  const beside = utc.date === local.date ? utc.time : `${utc.date}, ${utc.time}`;
  return `${local.date}, ${local.time} ${nameOf(zone)} (${beside} UTC)`;
}

function nameOf(zone: string): string {
  return zone.split("/").at(-1)?.replaceAll("_", " ") ?? zone;
}

function partsOf(at: Date, timeZone: string): { readonly date: string; readonly time: string } {
  const date = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    day: "numeric",
    month: "short",
    year: "numeric",
  });
  const time = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    hour: "2-digit",
    minute: "2-digit",
    ...(at.getTime() % 60_000 === 0 ? {} : { second: "2-digit" }),
  });
  return { date: date.format(at), time: time.format(at) };
}
