import { callable, type HostObject, PyDict, PyTuple, pyType, type Value } from "@airloom/jinja";
import { renderText } from "../template/values.ts";

/** Rows and columns that a statement answered, as templates see them (agate's Table). */
export class ResultTable implements HostObject {
  readonly [pyType] = "Table";
  readonly columnNames: readonly string[];
  readonly rows: readonly (readonly Value[])[];

  constructor(columnNames: readonly string[], rows: readonly (readonly Value[])[]) {
    this.columnNames = columnNames;
    this.rows = rows;
  }

  getLength(): number {
    return this.rows.length;
  }

  isTruthy(): boolean {
    return true;
  }

  iterate(): Iterable<Value> {
    return this.rows.map((row) => new ResultRow(this.columnNames, row));
  }

  toText(): string {
    return `<Table ${this.columnNames.join(", ")}>`;
  }

  getAttribute(name: string): Value | undefined {
    switch (name) {
      case "column_names":
        return new PyTuple(this.columnNames);
      case "columns":
        return new NamedList("Columns", this.columnNames, this.columns());
      case "rows":
        return new PyTuple(this.rows.map((row) => new ResultRow(this.columnNames, row)));
      case "print_table":
        return callable(() => this.toText());
      default:
        return undefined;
    }
  }

  columns(): readonly Value[] {
    return this.columnNames.map(
      (name, index) =>
        new ResultColumn(
          name,
          this.rows.map((row) => row[index] ?? null),
        ),
    );
  }
}

class NamedList implements HostObject {
  readonly [pyType]: string;
  readonly names: readonly string[];
  readonly items: readonly Value[];

  constructor(type: string, names: readonly string[], items: readonly Value[]) {
    this[pyType] = type;
    this.names = names;
    this.items = items;
  }

  getLength(): number {
    return this.items.length;
  }

  iterate(): Iterable<Value> {
    return this.items;
  }

  getItem(key: Value): Value | undefined {
    if (typeof key === "number") return this.items.at(key);
    const index = this.names.findIndex((name) => name === renderText(key));
    return index === -1 ? undefined : this.items[index];
  }

  getAttribute(name: string): Value | undefined {
    switch (name) {
      case "values":
        return callable(() => new PyTuple(this.items));
      case "keys":
        return callable(() => new PyTuple(this.names));
      case "items":
        return callable(() =>
          this.names.map((key, index) => new PyTuple([key, this.items[index] ?? null])),
        );
      case "get":
        return callable(([key = null, fallback = null]) => this.getItem(key) ?? fallback);
      case "dict":
        return callable(
          () => new PyDict(this.names.map((key, index) => [key, this.items[index] ?? null])),
        );
      default:
        return this.getItem(name);
    }
  }
}

class ResultRow extends NamedList {
  constructor(names: readonly string[], items: readonly Value[]) {
    super("Row", names, items);
  }

  toText(): string {
    return `<Row (${this.items.map(renderText).join(", ")})>`;
  }
}

class ResultColumn implements HostObject {
  readonly [pyType] = "Column";
  readonly name: string;
  readonly items: readonly Value[];

  constructor(name: string, items: readonly Value[]) {
    this.name = name;
    this.items = items;
  }

  getLength(): number {
    return this.items.length;
  }

  iterate(): Iterable<Value> {
    return this.items;
  }

  getItem(key: Value): Value | undefined {
    return typeof key === "number" ? this.items.at(key) : undefined;
  }

  getAttribute(name: string): Value | undefined {
    switch (name) {
      case "name":
        return this.name;
      case "values":
        return callable(() => new PyTuple(this.items));
      case "values_distinct":
        return callable(() => new PyTuple([...new Set(this.items)]));
      case "values_without_nulls":
        return callable(() => new PyTuple(this.items.filter((item) => item !== null)));
      default:
        return undefined;
    }
  }
}
