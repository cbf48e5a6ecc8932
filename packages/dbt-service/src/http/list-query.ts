import { canBeId } from "../domain/row-id.ts";

const MAX_LIMIT = 100;

/** Query parameters as they came: every value of every name. */
export type QueryValues = Readonly<Record<string, readonly string[]>>;

/** Which page of a list is wanted, and what of it. */
export interface ListQuery {
  readonly limit: number;
  readonly offset: number;
  /** Field name, with `-` in front to count down. */
  readonly orderBy: string;
  readonly includeRelated: ReadonlySet<string>;
  /** What `extra.filters` repeats. */
  readonly echo: Readonly<Record<string, unknown>>;
  readonly values: QueryValues;
}

/**
 * The members of a list in any of the forms clients send: `a,b`, repeated keys, `["a","b"]`, `['a']`, `[a, b]`,
 * with empty members here and there.
 */
export function parseListValue(values: readonly string[] | undefined): readonly string[] {
  const members = (values ?? []).flatMap((value) => value.replace(/[[\]"']/gu, "").split(","));
  return [...new Set(members.map((member) => member.trim()).filter((member) => member !== ""))];
}

const NO_ID = -1;

/** The numbers of such a list; what is no number is left out, and what is too large for an id is no id that there is. */
export function parseNumberList(values: readonly string[] | undefined): readonly number[] {
  return parseListValue(values)
    .map(Number)
    .filter((number) => Number.isSafeInteger(number))
    .map((number) => (canBeId(number) ? number : NO_ID));
}

/** Reads what every list understands. Unknown names are carried along and change nothing. */
export function parseListQuery(values: QueryValues, accountId: number): ListQuery {
  const orderBy = parseListValue(values["order_by"])[0] ?? "id";
  const echo = Object.fromEntries(
    Object.entries(values)
      .filter(([name]) => !["limit", "offset", "order_by", "include_related"].includes(name))
      .slice(0, 20)
      .map(([name, given]) => [name, given.length === 1 ? given[0] : given]),
  );
  return {
    limit: clamp(readInteger(values["limit"], MAX_LIMIT), 1, MAX_LIMIT),
    offset: clamp(readInteger(values["offset"], 0), 0, Number.MAX_SAFE_INTEGER),
    orderBy: /^-?[a-z_]{1,40}$/u.test(orderBy) ? orderBy : "id",
    includeRelated: new Set(parseListValue(values["include_related"])),
    echo: { ...echo, account_id: accountId },
    values,
  };
}

function readInteger(values: readonly string[] | undefined, otherwise: number): number {
  const number = Number(parseListValue(values)[0] ?? Number.NaN);
  return Number.isSafeInteger(number) ? number : otherwise;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
