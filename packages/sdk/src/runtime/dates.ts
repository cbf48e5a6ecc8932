/** `YYYY-MM-DD` of an instant in a zone. */
export function renderDay(at: Date, timezone: string): string {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone: timezone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  }).formatToParts(at);
  const part = (type: string): string => parts.find((found) => found.type === type)?.value ?? "";
  return `${part("year").padStart(4, "0")}-${part("month")}-${part("day")}`;
}

/** ISO 8601 as Python writes an aware UTC time: `2026-11-22T06:00:00+00:00`. */
export function renderTimestamp(at: Date): string {
  const iso = at.toISOString();
  const [whole = "", fraction = ""] = iso.slice(0, -1).split(".");
  return `${whole}${fraction === "000" ? "" : `.${fraction}000`}+00:00`;
}
