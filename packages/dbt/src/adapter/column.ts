import { callable, type HostObject, pyType, type Value } from "@airloom/jinja";
import { quoteIdentifier } from "./relation.ts";

const TYPE_LABELS: Readonly<Record<string, string>> = { STRING: "TEXT" };

const STRINGS: ReadonlySet<string> = new Set([
  "text",
  "varchar",
  "character varying",
  "character",
  "string",
]);
const FLOATS: ReadonlySet<string> = new Set([
  "real",
  "float",
  "float4",
  "float8",
  "double",
  "double precision",
]);
const INTEGERS: ReadonlySet<string> = new Set([
  "tinyint",
  "smallint",
  "integer",
  "int",
  "bigint",
  "hugeint",
  "utinyint",
  "usmallint",
  "uinteger",
  "ubigint",
]);

/** The type name of the database for one of dbt's own type names. */
export function translateType(name: string): string {
  return TYPE_LABELS[name.toUpperCase()] ?? name;
}

/** dbt's Column: name and type of a column of a table. */
export class Column implements HostObject {
  readonly [pyType] = "Column";
  readonly name: string;
  readonly dataType: string;

  constructor(name: string, dataType: string) {
    this.name = name;
    this.dataType = dataType;
  }

  toText(): string {
    return `<Column ${this.name} (${this.dataType})>`;
  }

  toRepr(): string {
    return this.toText();
  }

  equals(other: Value): boolean {
    return other instanceof Column && other.name === this.name && other.dataType === this.dataType;
  }

  hash(): string {
    return `${this.name} ${this.dataType}`;
  }

  getAttribute(name: string): Value | undefined {
    switch (name) {
      case "name":
      case "column":
        return this.name;
      case "quoted":
        return quoteIdentifier(this.name);
      case "dtype":
        return this.dataType;
      case "data_type":
      case "expanded_data_type":
        return STRINGS.has(this.dataType.toLowerCase()) ? "character varying(256)" : this.dataType;
      case "char_size":
      case "numeric_precision":
      case "numeric_scale":
        return null;
      default:
        return this.#method(name);
    }
  }

  #method(name: string): Value | undefined {
    const base = this.dataType.toLowerCase().replace(/\(.*$/u, "").trim();
    const answers: Readonly<Record<string, () => Value>> = {
      is_string: () => STRINGS.has(base),
      is_float: () => FLOATS.has(base),
      is_integer: () => INTEGERS.has(base),
      is_numeric: () => base === "numeric" || base === "decimal",
      is_number: () =>
        FLOATS.has(base) || INTEGERS.has(base) || base === "numeric" || base === "decimal",
      string_size: () => 256,
    };
    const answer = answers[name];
    return answer === undefined ? undefined : callable(answer, name);
  }
}
