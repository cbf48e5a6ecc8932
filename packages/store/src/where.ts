import type { RangeFilter } from "@airloom/core";

const OPERATORS = { gt: ">", gte: ">=", lt: "<", lte: "<=" } as const;

/** Collects the conditions of a filter with their parameters; an undefined value adds no condition. */
export class Where {
  readonly #conditions: string[] = [];
  readonly #values: unknown[];

  /** `first` are the parameters that the source of the list itself uses, from `$1` on. */
  constructor(first: readonly unknown[] = []) {
    this.#values = [...first];
  }

  /** `?` in the condition stands for the value. */
  add(condition: string, value: unknown): this {
    if (value === undefined) return this;
    this.#values.push(value);
    this.#conditions.push(condition.replaceAll("?", `$${this.#values.length}`));
    return this;
  }

  /** Bounds on fields, each given by its SQL; a row without a value in the field never matches. */
  addRanges(
    ranges: readonly RangeFilter[] = [],
    fields: Readonly<Record<RangeFilter["field"], string>>,
  ): this {
    for (const { field, op, value } of ranges)
      this.add(`${fields[field]} ${OPERATORS[op]} ?`, value);
    return this;
  }

  get text(): string {
    return this.#conditions.length === 0 ? "" : `where ${this.#conditions.join(" and ")}`;
  }

  get values(): readonly unknown[] {
    return this.#values;
  }
}

/** A pattern for `ilike` that finds the text anywhere. */
export function containing(search: string | undefined): string | undefined {
  if (search === undefined || search === "") return undefined;
  return `%${search.replaceAll(/[\\%_]/gu, String.raw`\$&`)}%`;
}

/** As in Airflow: `%` and `_` as in SQL, `|` between alternatives, found anywhere in the text. */
export function matchingPattern(pattern: string | undefined): readonly string[] | undefined {
  if (pattern === undefined || pattern === "") return undefined;
  return pattern.split("|").map((alternative) => `%${alternative.trim()}%`);
}
