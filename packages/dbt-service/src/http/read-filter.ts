import { ApiError } from "../api-error.ts";
import type { Filter } from "../store/filter.ts";
import { parseInstant } from "./instant.ts";
import { flag, instant, integer, readShape, type Shape, text } from "./shape.ts";

/** What a list can be narrowed by: each field with what its values are. */
export type FilterFields = Readonly<Record<string, FilterField>>;

interface FilterField {
  readonly kind: "integer" | "text" | "flag" | "instant";
  /** The field's own name where the parameter is an alias, such as `pk` for `id`. */
  readonly field?: string;
  /** The only numbers there are. */
  readonly values?: readonly number[];
}

/** The operations a field of each kind has; `exact` is the bare name. */
const OPS = {
  integer: ["exact", "in", "gt", "gte", "lt", "lte", "range"],
  text: ["exact", "in", "icontains"],
  flag: ["exact"],
  instant: ["gt", "gte", "lt", "lte", "range"],
} as const satisfies Readonly<Record<FilterField["kind"], readonly string[]>>;

/** How a filter's name says what it compares: what stands behind `__`. */
type OpName = (typeof OPS)["integer" | "text"][number];

const SHAPES: Readonly<Record<FilterField["kind"], Shape>> = {
  integer: integer(-Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
  text: text(),
  flag: flag(),
  instant: instant(),
};

/** A filter by its name: what it narrows by, and how it compares. */
export interface NamedFilter {
  readonly name: string;
  readonly field: string;
  readonly op: OpName;
  readonly kind: FilterField;
}

/** Finds the filter of that name, `field` or `field__op`; `undefined` where the list has none. */
export function findFilter(name: string, fields: FilterFields): NamedFilter | undefined {
  const [field = "", wanted = "exact", more] = name.split("__", 3);
  const kind = Object.hasOwn(fields, field) ? fields[field] : undefined;
  const op = kind && OPS[kind.kind].find((one) => one === wanted);
  return kind === undefined || op === undefined || more !== undefined
    ? undefined
    : { name, field, op, kind };
}

/** The names of all filters of a list. */
export function listFilterNames(fields: FilterFields): readonly string[] {
  return Object.entries(fields).flatMap(([field, { kind }]) =>
    OPS[kind].map((op) => (op === "exact" ? field : `${field}__${op}`)),
  );
}

/** Reads one filter. A bare name takes a list too: that is how some clients write `__in`. */
export function readFilter(
  asked: NamedFilter,
  given: readonly string[],
  members: readonly string[],
): Filter {
  const { name, op, kind } = asked;
  // Names may hold commas and brackets.
  const isWhole = op === "icontains" || (op === "exact" && kind.kind === "text");
  const values = (isWhole ? given : members).map((value) => readValue(kind, value, name));
  checkCount(name, op, values.length);
  return { field: kind.field ?? asked.field, op: op === "exact" ? "in" : op, values };
}

function readValue(kind: FilterField, value: string, name: string): Filter["values"][number] {
  const shape: Shape =
    kind.values === undefined
      ? SHAPES[kind.kind]
      : { kind: "integer", min: -1e9, max: 1e9, values: kind.values };
  const read = readShape(shape, value, name);
  switch (kind.kind) {
    case "integer":
      return Number(read);
    case "flag":
      return read === true;
    case "instant":
      return parseInstant(value) ?? new Date(0);
    case "text":
      return value;
  }
}

function checkCount(name: string, op: OpName, count: number): void {
  const wanted = op === "range" ? 2 : op === "exact" || op === "in" ? null : 1;
  if (wanted === null || wanted === count) return;
  throw new ApiError(
    400,
    `Cannot read "${name}": expected ${wanted === 2 ? "two values, from and until" : "one value"}, not ${count}`,
  );
}
