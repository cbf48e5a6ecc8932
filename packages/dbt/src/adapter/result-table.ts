import {
  callable,
  type HostObject,
  iterate,
  PyDict,
  PyError,
  PyTuple,
  pyType,
  type Value,
} from "@airloom/jinja";
import { renderText } from "../template/values.ts";

function textsOf(names: Value | undefined): readonly string[] {
  if (names === undefined || names === null) return [];
  return typeof names === "string" ? [names] : [...iterate(names)].map(renderText);
}

function toBound(value: Value | undefined): number | undefined {
  return typeof value === "number" ? value : undefined;
}

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

  getItem(key: Value): Value | undefined {
    const row = typeof key === "number" ? this.rows.at(key) : undefined;
    return row === undefined ? undefined : new ResultRow(this.columnNames, row);
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
      case "rename":
        return callable((args, kwargs) => this.#rename(args[0] ?? kwargs.get("column_names")));
      case "select":
        return callable((args, kwargs) => this.#pick(this.#indexes(args[0] ?? kwargs.get("key"))));
      case "group_by":
        return callable((args, kwargs) => this.#groupBy(args[0] ?? kwargs.get("key")));
      case "exclude":
        return callable((args, kwargs) => this.#exclude(args[0] ?? kwargs.get("key")));
      case "limit":
        return callable((args, kwargs) =>
          this.#limit(args[0] ?? kwargs.get("start_or_stop"), args[1] ?? kwargs.get("stop")),
        );
      default:
        return undefined;
    }
  }

  // A mapping names some of the columns anew, a list all of them.
  #rename(names: Value | undefined): ResultTable {
    if (names instanceof PyDict) {
      const fresh = this.columnNames.map((name) => renderText(names.get(name) ?? name));
      return new ResultTable(fresh, this.rows);
    }
    const listed = names === undefined || names === null ? this.columnNames : textsOf(names);
    if (listed.length !== this.columnNames.length) {
      const counts = `${listed.length} names for ${this.columnNames.length} columns`;
      throw new PyError("ValueError", `Cannot rename: got ${counts}`);
    }
    return new ResultTable(listed, this.rows);
  }

  #indexes(key: Value | undefined): readonly number[] {
    return textsOf(key).map((name) => {
      const index = this.columnNames.indexOf(name);
      if (index === -1) throw new PyError("ValueError", `Column "${name}" does not exist`);
      return index;
    });
  }

  // agate's TableSet: a table for each value of a column, by that value.
  #groupBy(key: Value | undefined): Value {
    const [index = 0] = this.#indexes(key);
    const groups = Map.groupBy(this.rows, (row) => renderText(row[index] ?? null));
    const tables = [...groups.values()].map((rows) => new ResultTable(this.columnNames, rows));
    return new NamedList("TableSet", [...groups.keys()], tables);
  }

  #exclude(key: Value | undefined): ResultTable {
    const left = new Set(textsOf(key));
    return this.#pick(this.columnNames.flatMap((name, index) => (left.has(name) ? [] : [index])));
  }

  #pick(indexes: readonly number[]): ResultTable {
    const names = indexes.map((index) => this.columnNames[index] ?? "");
    const rows = this.rows.map((row) => indexes.map((index) => row[index] ?? null));
    return new ResultTable(names, rows);
  }

  // As a slice in Python: one number is where it stops, two are where it starts and stops.
  #limit(first: Value | undefined, second: Value | undefined): ResultTable {
    const [start, stop] = typeof second === "number" ? [first, second] : [0, first];
    const rows = this.rows.slice(toBound(start) ?? 0, toBound(stop));
    return new ResultTable(this.columnNames, rows);
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
