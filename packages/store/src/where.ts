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
