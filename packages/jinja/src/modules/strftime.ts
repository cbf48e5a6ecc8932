import { PyError } from "../errors.ts";
import { repr } from "../values/text.ts";
import { dayOfYear, type Fields, isoCalendar, toWall, weekdayOf } from "./calendar.ts";
import { renderOffset } from "./zone.ts";

/** Months from January. */
export const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
] as const;

const WEEKDAYS = [
  "Monday",
  "Tuesday",
  "Wednesday",
  "Thursday",
  "Friday",
  "Saturday",
  "Sunday",
] as const;

/** What `strftime` formats: a clock time, and the zone if it has one. */
export type Formatted = {
  readonly fields: Fields;
  readonly offset: number | undefined;
  readonly zoneName: string;
};

function pad(value: number, width = 2): string {
  return String(value).padStart(width, "0");
}

/** Formats as Python's `strftime`; unknown directives stay as written. */
export function formatTime(format: string, time: Formatted): string {
  return format.replace(
    /%(?<flag>-?)(?<code>[A-Za-z%])/gu,
    (whole: string, flag: string, code: string) => {
      const text = directive(code, time);
      if (text === undefined) return whole;
      return flag === "-" ? text.replace(/^0+(?=\d)/u, "") : text;
    },
  );
}

function directive(code: string, time: Formatted): string | undefined {
  return dateDirective(code, time.fields) ?? clockDirective(code, time);
}

function dateDirective(code: string, fields: Fields): string | undefined {
  const wall = toWall(fields);
  const weekday = weekdayOf(wall);
  switch (code) {
    case "Y":
      return String(fields.year);
    case "y":
      return pad(fields.year % 100);
    case "m":
      return pad(fields.month);
    case "d":
      return pad(fields.day);
    case "e":
      return String(fields.day).padStart(2);
    case "j":
      return pad(dayOfYear(fields), 3);
    case "B":
      return MONTHS[fields.month - 1];
    case "b":
    case "h":
      return MONTHS[fields.month - 1]?.slice(0, 3);
    case "A":
      return WEEKDAYS[weekday];
    case "a":
      return WEEKDAYS[weekday]?.slice(0, 3);
    case "w":
      return String((weekday + 1) % 7);
    case "u":
      return String(weekday + 1);
    case "U":
      return pad(Math.floor((dayOfYear(fields) + 6 - ((weekday + 1) % 7)) / 7));
    case "W":
      return pad(Math.floor((dayOfYear(fields) + 6 - weekday) / 7));
    case "V":
      return pad(isoCalendar(wall)[1]);
    case "G":
      return String(isoCalendar(wall)[0]);
    case "C":
      return pad(Math.floor(fields.year / 100));
    default:
      return undefined;
  }
}

function clockDirective(code: string, time: Formatted): string | undefined {
  const { fields, offset } = time;
  switch (code) {
    case "H":
      return pad(fields.hour);
    case "I":
      return pad(fields.hour % 12 || 12);
    case "M":
      return pad(fields.minute);
    case "S":
      return pad(fields.second);
    case "f":
      return pad(fields.microsecond, 6);
    case "p":
      return fields.hour < 12 ? "AM" : "PM";
    case "z":
      return offset === undefined ? "" : renderOffset(offset, "");
    case "Z":
      return time.zoneName;
    case "s":
      return String((toWall(fields) - BigInt(offset ?? 0) * 1_000_000n) / 1_000_000n);
    case "%":
      return "%";
    case "F":
      return formatTime("%Y-%m-%d", time);
    case "T":
    case "X":
      return formatTime("%H:%M:%S", time);
    case "R":
      return formatTime("%H:%M", time);
    case "D":
    case "x":
      return formatTime("%m/%d/%y", time);
    case "c":
      return formatTime("%a %b %e %H:%M:%S %Y", time);
    default:
      return undefined;
  }
}

const PATTERNS = new Map([
  ["Y", "\\d{4}"],
  ["y", "\\d{2}"],
  ["m", "1[0-2]|0[1-9]|[1-9]"],
  ["d", "3[01]|[12]\\d|0[1-9]|[1-9]"],
  ["H", "2[0-3]|[01]\\d|\\d"],
  ["I", "1[0-2]|0[1-9]|[1-9]"],
  ["M", "[0-5]\\d|\\d"],
  ["S", "6[01]|[0-5]\\d|\\d"],
  ["f", "\\d{1,6}"],
  ["j", "\\d{1,3}"],
  ["p", "[AaPp][Mm]"],
  ["B", MONTHS.join("|")],
  ["b", MONTHS.map((name) => name.slice(0, 3)).join("|")],
  ["A", WEEKDAYS.join("|")],
  ["a", WEEKDAYS.map((name) => name.slice(0, 3)).join("|")],
  ["z", "Z|[+-]\\d{2}:?\\d{2}(?::?\\d{2})?"],
  ["Z", "UTC|GMT"],
  ["%", "%"],
]);

/** What `strptime` read. */
export type ParsedTime = { readonly fields: Fields; readonly offset: number | undefined };

/** Reads a text as Python's `strptime`. */
export function parseTime(text: string, format: string): ParsedTime {
  const codes: string[] = [];
  const expanded = format.replaceAll("%F", "%Y-%m-%d").replaceAll("%T", "%H:%M:%S");
  const source = expanded.replace(
    /%(?<code>[^])|\s+|[.*+?^${}()|[\]\\]/gu,
    (part: string, code?: string) => {
      if (code === undefined) return /\s/u.test(part) ? "\\s+" : `\\${part}`;
      const pattern = PATTERNS.get(code);
      if (pattern === undefined) {
        throw new PyError("ValueError", `'${code}' is a bad directive in format ${repr(format)}`);
      }
      // As in Python. Two of a kind side by side could also be told apart in more ways than one could try.
      if (code !== "%" && codes.includes(code)) {
        throw new PyError(
          "ValueError",
          `redefinition of group name '${code}': a directive may stand once in format ${repr(format)}`,
        );
      }
      codes.push(code);
      return `(${pattern})`;
    },
  );
  const match = new RegExp(`^${source}$`, "iu").exec(text);
  if (match === null) {
    throw new PyError(
      "ValueError",
      `time data ${repr(text)} does not match format ${repr(format)}`,
    );
  }
  return fieldsOf(new Map(codes.map((code, at) => [code, match[at + 1] ?? ""])));
}

function fieldsOf(read: ReadonlyMap<string, string>): ParsedTime {
  const number = (code: string, fallback: number): number => Number(read.get(code) ?? fallback);
  const short = read.get("y");
  const year =
    short === undefined ? number("Y", 1900) : Number(short) + (Number(short) < 69 ? 2000 : 1900);
  const day = dayAndMonth(read, year);
  const fields: Fields = {
    year,
    ...day,
    hour: hourOf(read),
    minute: number("M", 0),
    second: Math.min(59, number("S", 0)),
    microsecond: Number((read.get("f") ?? "0").padEnd(6, "0")),
  };
  return { fields, offset: parseOffset(read.get("z")) };
}

function dayAndMonth(
  read: ReadonlyMap<string, string>,
  year: number,
): { readonly month: number; readonly day: number } {
  const yearDay = read.get("j");
  if (yearDay !== undefined && !read.has("m") && !read.has("d")) {
    const date = new Date(Date.UTC(year, 0, Number(yearDay)));
    return { month: date.getUTCMonth() + 1, day: date.getUTCDate() };
  }
  const name = (read.get("B") ?? read.get("b"))?.slice(0, 3).toLowerCase();
  const named = MONTHS.findIndex((month) => month.slice(0, 3).toLowerCase() === name);
  return {
    month: named === -1 ? Number(read.get("m") ?? 1) : named + 1,
    day: Number(read.get("d") ?? 1),
  };
}

function hourOf(read: ReadonlyMap<string, string>): number {
  const half = read.get("I");
  if (half === undefined) return Number(read.get("H") ?? 0);
  return (Number(half) % 12) + (/p/iu.test(read.get("p") ?? "") ? 12 : 0);
}

/** Reads `+02:00`, `-0530` or `Z` as seconds. */
export function parseOffset(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^z$/iu.test(text)) return 0;
  const groups = /^(?<sign>[+-])(?<hours>\d{2}):?(?<minutes>\d{2})(?::?(?<seconds>\d{2}))?$/u.exec(
    text,
  )?.groups;
  if (groups === undefined) return undefined;
  const { sign, hours, minutes, seconds } = groups;
  const size = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds ?? 0);
  return sign === "-" ? -size : size;
}
