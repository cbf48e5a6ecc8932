import { renderInstant } from "../../format/time.ts";

const DATE = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)(Z|[+-]\d\d:\d\d)?)?$/u;

/** What a person typed as logical date, as ISO text: UTC, unless it names its own offset; or what is wrong with it. */
export function parseLogicalDate(
  typed: string,
  now: Date,
):
  | { readonly at?: string; readonly problem?: never }
  | { readonly problem: string; readonly at?: never } {
  const text = typed.trim();
  if (text === "") return {};
  const at = instantOf(text);
  if (at === undefined) {
    return { problem: "Expected a date such as 2026-11-22 06:00 or 2026-11-22T06:00:00+02:00" };
  }
  if (at > now) {
    const time = renderInstant(now.toISOString());
    return { problem: `A logical date must not lie in the future: it is ${time} UTC` };
  }
  return { at: at.toISOString() };
}

function instantOf(text: string): Date | undefined {
  const [, date = "", time = "00:00", offset = "Z"] = DATE.exec(text) ?? [];
  const midnight = new Date(`${date}T00:00:00Z`);
  const at = new Date(`${date}T${time}${offset}`);
  // JavaScript takes 30 February for 2 March.
  const isReal = !Number.isNaN(at.getTime()) && midnight.toISOString().startsWith(date);
  return isReal ? at : undefined;
}
