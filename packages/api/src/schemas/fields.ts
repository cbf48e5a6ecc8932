import { z } from "zod";

/** An instant as text, always with its offset: `2026-11-22T08:00:00Z`. */
export const Timestamp = z.iso.datetime({ offset: true });

/** An instant a caller writes; without an offset it is UTC. */
export const TimestampInput = z.iso.datetime({ offset: true, local: true });

/** Any JSON value: XComs, conf, params. */
export const Json = z.json();
export const JsonRecord = z.record(z.string(), Json);

const MAX_ID_LENGTH = 250;

/** An id in a path. `~` stands for all where the operation says so. */
export const PathId = z.string().min(1).max(MAX_ID_LENGTH);

/** An id a caller may choose: letters, digits, and what timestamps need. */
export const NewId = z
  .string()
  .min(1)
  .max(MAX_ID_LENGTH)
  .regex(/^[\p{L}\p{N}_.~:+-]+$/u, "expected letters, digits, and _ . ~ : + - only");

const LARGEST_INT = 2_147_483_647;

/** An integer that fits the database's. */
export const Int = z.int().min(-LARGEST_INT).max(LARGEST_INT);
export const Count = z.int().min(0).max(LARGEST_INT);

/** In a query everything arrives as text. */
function fromText<T extends z.ZodType>(schema: T, parse: (text: string) => unknown) {
  return z.preprocess((value) => (typeof value === "string" ? parse(value) : value), schema);
}

function parseNumber(text: string): unknown {
  // One spelling for each: what has a zero before it is no number that anybody counts with.
  return /^(?:0|-?(?:0(?=\.)|[1-9]\d{0,14})(?:\.\d{1,9})?)$/u.test(text) ? Number(text) : text;
}

function parseBoolean(text: string): unknown {
  if (/^(?:true|1|yes|on)$/iu.test(text)) return true;
  return /^(?:false|0|no|off)$/iu.test(text) ? false : text;
}

export const QueryInt = fromText(Int, parseNumber);
export const QueryCount = fromText(Count, parseNumber);
export const QueryNumber = fromText(z.number(), parseNumber);
export const QueryBoolean = fromText(z.boolean(), parseBoolean);
export const QueryText = z.string().max(1_000);

/** A parameter that may be repeated; once is a list of one. */
export function queryList<T extends z.ZodType>(item: T) {
  return z.preprocess(
    (value) => (value === undefined || Array.isArray(value) ? value : [value]),
    z.array(item).max(100).optional(),
  );
}

export const DEFAULT_LIMIT = 50;
export const MAX_LIMIT = 1_000;

const Limit = Count.max(MAX_LIMIT);

/** Which page, and in which order: the query every list understands. */
export const PAGE_QUERY = {
  limit: fromText(Limit, parseNumber).default(DEFAULT_LIMIT),
  offset: QueryCount.default(0),
  order_by: queryList(QueryText),
} as const;

/** The same in the body of a batch request. */
export const PAGE_BODY = {
  page_limit: Limit.default(100),
  page_offset: Count.default(0),
  order_by: QueryText.nullish(),
} as const;

/** Which fields of its body a PATCH is to change; all of them when left out. */
export const MaskQuery = z.object({ update_mask: queryList(QueryText) });

/** `<field>_gte`, `_gt`, `_lte`, `_lt` over instants. */
export function instantRange<const N extends string>(name: N) {
  return rangeOf(name, TimestampInput);
}

function numberRange<const N extends string>(name: N) {
  return rangeOf(name, QueryNumber);
}

/** The ranges by which runs and task instances are filtered alike, in a query or a body. */
export const TIME_RANGES = {
  ...instantRange("run_after"),
  ...instantRange("logical_date"),
  ...instantRange("start_date"),
  ...instantRange("end_date"),
  ...numberRange("duration"),
} as const;

type RangeShape<N extends string, T extends z.ZodType> = {
  readonly [K in `${N}_${"gte" | "gt" | "lte" | "lt"}`]: z.ZodOptional<z.ZodNullable<T>>;
};

function rangeOf<const N extends string, T extends z.ZodType>(name: N, bound: T): RangeShape<N, T> {
  const shape = Object.fromEntries(
    ["gte", "gt", "lte", "lt"].map((op) => [`${name}_${op}`, bound.nullish()]),
  );
  // The keys are built from the name, which the compiler cannot follow.
  return shape as RangeShape<N, T>;
}

/** A list and how many there are in all. */
export function collectionOf<const K extends string, T extends z.ZodType>(key: K, item: T) {
  return z.object({ [key]: z.array(item), total_entries: Count } as {
    readonly [P in K]: z.ZodArray<T>;
  } & { readonly total_entries: typeof Count });
}

/** A field of Airflow's that has no meaning here: its clients send it as null, anything else is refused. */
export const Unsupported = z.null().optional();
