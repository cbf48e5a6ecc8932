const WRITTEN =
  /^(?<day>\d{4}-\d\d-\d\d)(?:[T ](?<time>\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(?<zone>Z|[+-]\d\d:?\d\d)?)?$/u;

/**
 * An instant as clients write it: a day, or a day and a time with `T` or a space between, with an offset or in UTC.
 *
 * `undefined` for anything else, days that no calendar has included.
 */
export function parseInstant(text: string): Date | undefined {
  const { day, time = "00:00", zone = "Z" } = WRITTEN.exec(text)?.groups ?? {};
  if (day === undefined) return undefined;
  const midnight = new Date(`${day}T00:00Z`);
  if (Number.isNaN(midnight.getTime()) || !midnight.toISOString().startsWith(day)) return undefined;
  const at = new Date(`${day}T${time}${zone.replace(/(\d\d)(\d\d)$/u, "$1:$2")}`);
  return Number.isNaN(at.getTime()) ? undefined : at;
}
