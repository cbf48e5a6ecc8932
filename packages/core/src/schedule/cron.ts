import { Cron } from "croner";
import { AirloomError } from "../error.ts";
import { itemAt } from "../item-at.ts";

/** The points in time that a cron expression names, in one time zone. */
export interface CronTable {
  /** The first point after `at`; undefined when there is none any more. */
  findAfter(at: Date): Date | undefined;
  /** The last point at or before `at`. */
  findAtOrBefore(at: Date): Date | undefined;
}

interface Field {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  readonly words: readonly string[];
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

const FIELDS: readonly Field[] = [
  { name: "minute", least: 0, most: 59, words: [] },
  { name: "hour", least: 0, most: 23, words: [] },
  { name: "day of month", least: 1, most: 31, words: [] },
  { name: "month", least: 1, most: 12, words: MONTHS },
  { name: "day of week", least: 0, most: 7, words: WEEKDAYS },
];

const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;

/** How far to look back, widening: what a narrower look missed is rare, so that a wider one has few points. */
const LOOKBACKS_MS = [
  2 * MINUTE_MS,
  120 * MINUTE_MS,
  2 * DAY_MS,
  63 * DAY_MS,
  800 * DAY_MS,
  10_000 * DAY_MS,
];

/** A day that every expression that ever comes due is followed by. */
const LONG_AGO = new Date("2000-01-01T00:00:00Z");

/**
 * Reads a cron expression of five fields.
 *
 * Around a change of the clocks, points of a wildcard hour follow elapsed time, so that a repeated hour has them
 * twice; a fixed time comes once a day: at the end of the gap when it is skipped, the first time when it is repeated.
 */
export function parseCron(expression: string, timezone: string): CronTable {
  checkZone(expression, timezone);
  checkFields(expression);
  const cron = openCron(expression, timezone);
  if (cron.nextRun(LONG_AGO) === null) throw refuse(expression, "no day ever matches it");
  return {
    findAfter: (at) => cron.nextRun(at) ?? undefined,
    findAtOrBefore: (at) => findAtOrBefore(cron, at),
  };
}

/** Refuses a time zone that is not an IANA name. */
export function checkZone(schedule: string, timezone: string): void {
  try {
    new Intl.DateTimeFormat("en", { timeZone: timezone });
  } catch (cause) {
    throw refuse(
      schedule,
      `"${timezone}" is not the name of a time zone such as "Europe/Berlin"`,
      cause,
    );
  }
}

function openCron(expression: string, timezone: string): Cron {
  try {
    return new Cron(expression, { timezone, paused: true, mode: "5-part" });
  } catch (cause) {
    throw refuse(expression, String(cause).replace(/^.*CronPattern: /u, ""), cause);
  }
}

function findAtOrBefore(cron: Cron, at: Date): Date | undefined {
  let found: Date | undefined;
  for (const lookbackMs of LOOKBACKS_MS) {
    let next = cron.nextRun(new Date(at.getTime() - lookbackMs));
    while (next !== null && next <= at) {
      found = next;
      next = cron.nextRun(next);
    }
    if (found !== undefined) break;
  }
  return found;
}

function checkFields(expression: string): void {
  const parts = expression.trim().split(/\s+/u);
  if (parts.length !== FIELDS.length) {
    throw refuse(
      expression,
      `it has ${parts.length} ${parts.length === 1 ? "field" : "fields"}, five are expected: minute, hour, day of month, month, day of week`,
    );
  }
  for (const [index, field] of FIELDS.entries()) {
    for (const item of itemAt(parts, index).split(",")) checkItem(expression, field, item);
  }
}

const ITEM = /^(?<from>\*|\?|\w+)(?:-(?<to>\w+))?(?:\/(?<step>\w+))?$/u;

/** Checks the numbers of one item; what croner knows beyond Airflow's grammar (`L`, `W`, `#`) is left to it. */
function checkItem(expression: string, field: Field, item: string): void {
  const { from, to, step } = ITEM.exec(item)?.groups ?? {};
  if (from === undefined) {
    if (/^[\w*?#]*[LW#][\w#]*$/u.test(item)) return;
    throw refuse(
      expression,
      `${field.name} "${item}" is not a number, a range, a step or a list of them`,
    );
  }
  for (const bound of [from, to]) {
    if (bound === undefined || bound === "*" || bound === "?") continue;
    if (!/^\d+$/u.test(bound)) checkWord(expression, field, bound);
    else if (Number(bound) < field.least || Number(bound) > field.most) {
      throw refuse(
        expression,
        `${field.name} ${bound} is not between ${field.least} and ${field.most}`,
      );
    }
  }
  if (step !== undefined && !/^[1-9]\d*$/u.test(step)) {
    throw refuse(expression, `step "${step}" of ${field.name} is not a whole number above 0`);
  }
}

function checkWord(expression: string, field: Field, word: string): void {
  const lower = word.toLowerCase();
  if (field.words.includes(lower) || /^(?:\d*[LW]|LW)$/u.test(word)) return;
  const words =
    field.words.length === 0 ? "a number" : `a number or one of ${field.words.join(", ")}`;
  throw refuse(expression, `${field.name} "${word}" is not ${words}`);
}

function refuse(expression: string, fault: string, cause?: unknown): AirloomError {
  return new AirloomError("schedule.bad_value", `Cannot parse schedule "${expression}": ${fault}`, {
    cause,
  });
}
