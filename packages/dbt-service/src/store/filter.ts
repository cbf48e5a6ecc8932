import { assertNever } from "@airloom/core";

/** How a filter compares a column with its values. */
export type FilterOp = "in" | "gt" | "gte" | "lt" | "lte" | "range" | "icontains";

/** One condition that a list is narrowed by, read and known to be answerable. */
export interface Filter {
  readonly field: string;
  readonly op: FilterOp;
  readonly values: readonly (number | string | boolean | Date)[];
}

/** What the fields of filters are in SQL. */
export type FilterColumns = Readonly<Record<string, string>>;

const COMPARISONS = { gt: ">", gte: ">=", lt: "<", lte: "<=" } as const;

/** Conditions in SQL; their values are added to `params`. */
export function buildConditions(
  columns: FilterColumns,
  filters: readonly Filter[],
  params: unknown[],
): readonly string[] {
  return filters.map((filter) => {
    const column = columns[filter.field];
    if (column === undefined) throw new Error(`No column is known for the filter ${filter.field}`);
    params.push(filter.values);
    const given = `$${params.length}::${findType(filter.values)}[]`;
    switch (filter.op) {
      case "in":
        return `${column} = any(${given})`;
      case "range":
        return `${column} between (${given})[1] and (${given})[2]`;
      case "icontains":
        return `position(lower((${given})[1]) in lower(${column})) > 0`;
      default:
        return `${column} ${COMPARISONS[filter.op]} (${given})[1]`;
    }
  });
}

/** Whether an id passes a filter, as the condition in SQL has it. */
export function passes({ op, values }: Filter, id: number): boolean {
  const [first = 0, second = 0] = values.map(Number);
  switch (op) {
    case "in":
      return values.includes(id);
    case "gt":
      return id > first;
    case "gte":
      return id >= first;
    case "lt":
      return id < first;
    case "lte":
      return id <= first;
    case "range":
      return id >= first && id <= second;
    case "icontains":
      return false;
    default:
      return assertNever(op);
  }
}

function findType(values: Filter["values"]): string {
  const [first] = values;
  if (typeof first === "number") return "bigint";
  if (typeof first === "boolean") return "boolean";
  return first instanceof Date ? "timestamptz" : "text";
}

/** An `order by` of fields, each counted down when it has `-` in front, with the id to settle what is equal. */
export function buildOrder(columns: FilterColumns, orderBy: readonly string[]): string {
  const terms = orderBy.map((field) => {
    const column = columns[field.replace(/^-/u, "")];
    if (column === undefined) throw new Error(`No column is known for the order ${field}`);
    return field.startsWith("-") ? `${column} desc nulls last` : `${column} asc`;
  });
  return [...terms, orderBy[0]?.startsWith("-") === true ? "id desc" : "id asc"].join(", ");
}
