import { ApiError } from "../api-error.ts";
import { type Filter, passes } from "../store/filter.ts";
import { isFilterName } from "./filter-fields.ts";
import { type FilterFields, findFilter, listFilterNames, readFilter } from "./read-filter.ts";
import { integer, readShape, type Shape } from "./shape.ts";

const MAX_LIMIT = 100;

/** Query parameters as they came: every value of every name. */
export type QueryValues = Readonly<Record<string, readonly string[]>>;

/** What an operation reads out of its query. */
export interface QueryShape {
  /** Single parameters of this operation alone. */
  readonly params?: Readonly<Record<string, Shape>>;
  /** Present where the operation returns a list. */
  readonly list?: {
    readonly fields: FilterFields;
    readonly orders: readonly string[];
    /** Which things it shows where nobody says: those that are there, or all. */
    readonly defaultState: "active" | "all";
    /** @default 100, as in dbt Cloud */
    readonly maxLimit?: number;
  };
}

/** Which page of a list is wanted, and what of it. */
export interface ListQuery {
  readonly limit: number;
  readonly offset: number;
  /** Field names, each with `-` in front to count down; never empty. */
  readonly orderBy: readonly string[];
  readonly includeRelated: ReadonlySet<string>;
  /** Which of active (1) and deleted (2) things are wanted. */
  readonly states: readonly number[];
  readonly filters: readonly Filter[];
  /** Single parameters of the operation, read. */
  readonly params: Readonly<Record<string, unknown>>;
  /** What `extra.filters` repeats. */
  readonly echo: Readonly<Record<string, unknown>>;
}

/**
 * The members of a list in any of the forms clients send: `a,b`, repeated keys, `["a","b"]`, `['a']`, `[a, b]`,
 * with empty members here and there.
 */
export function parseListValue(values: readonly string[] | undefined): readonly string[] {
  return [...new Set(splitList(values ?? []))];
}

function splitList(values: readonly string[]): readonly string[] {
  const members = values.flatMap((value) => value.replace(/[[\]"']/gu, "").split(","));
  return members.map((member) => member.trim()).filter((member) => member !== "");
}

/** What dbt Cloud or a client of it names in `include_related`, of any operation. */
export const RELATED_NAMES: ReadonlySet<string> = new Set(
  `
    trigger job audit debug_logs run_steps run_retries environment repository used_repo_cache repo_cache_restore
    custom_environment_variables most_recent_run most_recent_completed_run fusion_readiness connection
    group_permissions docs_job freshness_job environments project credentials deploy_key adapter freshness_job_id
    docs_job_id deprecation user jobs permissions service_token_permissions groups license_map invite account
  `
    .trim()
    .split(/\s+/u),
);

/**
 * Reads what an operation understands of its query. A filter it does not have is refused; a name that is none, such as a
 * cache breaker, changes nothing, as in dbt Cloud.
 */
export function parseListQuery(
  values: QueryValues,
  accountId: number,
  shape: QueryShape,
): ListQuery {
  const { list, params = {} } = shape;
  for (const name of Object.keys(values)) checkName(name, shape);
  const read = list === undefined ? EMPTY_LIST : readList(values, list);
  return {
    ...read,
    includeRelated: readRelated(values),
    params: Object.fromEntries(
      Object.entries(params).flatMap(([name, of]) => {
        const given = values[name]?.at(-1)?.trim() ?? "";
        return given === "" ? [] : [[name, readShape(of, given, name)]];
      }),
    ),
    echo: { ...renderEcho(values), account_id: accountId },
  };
}

const PAGE_NAMES = ["limit", "offset", "order_by", "state"];

function checkName(name: string, { list, params = {} }: QueryShape): void {
  if (name === "include_related" || Object.hasOwn(params, name)) return;
  if (list === undefined || PAGE_NAMES.includes(name)) return;
  if (findFilter(name, list.fields) !== undefined || !isFilterName(name)) return;
  const known = listFilterNames(list.fields);
  throw new ApiError(
    400,
    `Cannot filter by "${name}": expected ${known.length === 0 ? "no filter here" : `one of ${known.join(", ")}`}`,
  );
}

const EMPTY_LIST = { limit: MAX_LIMIT, offset: 0, orderBy: ["id"], states: [1], filters: [] };

type ReadList = Pick<ListQuery, "limit" | "offset" | "orderBy" | "states" | "filters">;

function readList(values: QueryValues, list: NonNullable<QueryShape["list"]>): ReadList {
  const { maxLimit = MAX_LIMIT } = list;
  const filters = Object.entries(values).flatMap(([name, given]) => {
    const filter = findFilter(name, list.fields);
    // An empty filter is one that a form left open.
    const members = splitList(given);
    return filter === undefined || members.length === 0 ? [] : [readFilter(filter, given, members)];
  });
  return {
    // dbt Cloud gives a hundred at most, whatever is asked for.
    limit: Math.min(readNumber(values, "limit", 1) ?? maxLimit, maxLimit),
    offset: readNumber(values, "offset", 0) ?? 0,
    orderBy: readOrder(values, list.orders),
    states: readStates(values, list.defaultState),
    filters,
  };
}

function readNumber(values: QueryValues, name: string, min: number): number | undefined {
  const [given] = parseListValue(values[name]);
  if (given === undefined) return undefined;
  return Number(readShape(integer(min, Number.MAX_SAFE_INTEGER), given, name));
}

function readOrder(values: QueryValues, orders: readonly string[]): readonly string[] {
  const wanted = parseListValue(values["order_by"]);
  for (const field of wanted) {
    if (orders.includes(field.replace(/^-/u, ""))) continue;
    throw new ApiError(
      400,
      `Cannot read "order_by" ${JSON.stringify(field)}: expected one of ${orders.join(", ")}, with - in front to count down`,
    );
  }
  return wanted.length === 0 ? ["id"] : wanted;
}

function readStates(values: QueryValues, otherwise: "active" | "all"): readonly number[] {
  const wanted = parseListValue(values["state"]);
  const states = (wanted.length === 0 ? [otherwise] : wanted).map((state) => STATES.get(state));
  if (states.includes(undefined)) {
    throw new ApiError(
      400,
      `Cannot read "state" ${JSON.stringify(wanted.join(","))}: expected one of ${[...STATES.keys()].join(", ")}`,
    );
  }
  return states.flatMap((state) => state ?? []);
}

const STATES = new Map<string, readonly number[]>([
  ["active", [1]],
  ["deleted", [2]],
  ["all", [1, 2]],
  ["1", [1]],
  ["2", [2]],
]);

function readRelated(values: QueryValues): ReadonlySet<string> {
  const wanted = parseListValue(values["include_related"]);
  const strange = wanted.find((name) => !RELATED_NAMES.has(name));
  if (strange !== undefined) {
    throw new ApiError(
      400,
      `Cannot read "include_related" ${JSON.stringify(strange)}: expected names such as run_steps, job or environment`,
    );
  }
  return new Set(wanted);
}

function renderEcho(values: QueryValues): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(values)
      .filter(([name]) => !["limit", "offset", "order_by", "include_related"].includes(name))
      .slice(0, 20)
      .map(([name, given]) => [name, given.length === 1 ? given[0] : given]),
  );
}

/** One page of what is all in memory and not deleted, ordered by id, and how many there are in all. */
export function takePage<T extends { readonly id: number }>(
  active: readonly T[],
  query: ListQuery,
): { readonly rows: readonly T[]; readonly total: number } {
  const { states, filters, orderBy, offset, limit } = query;
  const direction = orderBy[0]?.startsWith("-") === true ? -1 : 1;
  const shown = active.filter(
    ({ id }) => states.includes(1) && filters.every((filter) => passes(filter, id)),
  );
  return {
    rows: shown.toSorted((a, b) => direction * (a.id - b.id)).slice(offset, offset + limit),
    total: shown.length,
  };
}
