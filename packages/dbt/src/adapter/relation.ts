import {
  callable,
  type HostObject,
  PyDict,
  PyTuple,
  pyType,
  Undefined,
  type Value,
} from "@airloom/jinja";
import type { JsonObject } from "../json.ts";
import { bindArguments } from "../template/bind-arguments.ts";
import { isTruthy, renderText } from "../template/values.ts";

/** What kind of object a relation is in the database. */
export type RelationType = "table" | "view" | "cte";

/** Which parts of a relation's name are printed or quoted. */
export interface Policy {
  readonly database: boolean;
  readonly schema: boolean;
  readonly identifier: boolean;
}

const ALL: Policy = { database: true, schema: true, identifier: true };
const PARTS = ["database", "schema", "identifier"] as const;
const KEYS = ["path", "type", "quote_character", "include_policy", "quote_policy", "metadata"];

/** Which parts of names a `quoting:` config quotes; all of them unless it says otherwise. */
export function readQuoting(quoting: JsonObject, base: Policy = ALL): Policy {
  const pick = (key: keyof Policy): boolean => {
    const value = quoting[key];
    return typeof value === "boolean" ? value : base[key];
  };
  return { database: pick("database"), schema: pick("schema"), identifier: pick("identifier") };
}

/** The parts a relation is made of. */
export interface RelationParts {
  readonly database: string | null;
  readonly schema: string | null;
  readonly identifier: string | null;
  readonly type?: RelationType | null;
  readonly quotePolicy?: Policy;
  readonly includePolicy?: Policy;
}

/** An identifier in double quotes. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A SQL text literal. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function changed(
  policy: Policy,
  kwargs: ReadonlyMap<string, Value>,
  args: readonly Value[],
): Policy {
  const bound = bindArguments("include", PARTS, args, kwargs);
  const pick = (index: 0 | 1 | 2): boolean => {
    const value = bound[index];
    return value === undefined || value === null ? policy[PARTS[index]] : isTruthy(value);
  };
  return { database: pick(0), schema: pick(1), identifier: pick(2) };
}

function textOrNull(value: Value | undefined): string | null {
  return value === undefined || value === null || value instanceof Undefined
    ? null
    : renderText(value);
}

function typeOf(value: Value | undefined): RelationType | null {
  const text = textOrNull(value);
  return text === "table" || text === "view" || text === "cte" ? text : null;
}

/** dbt's Relation: the name of a table or view, which prints as SQL. */
export class Relation implements HostObject {
  readonly [pyType] = "Relation";
  readonly database: string | null;
  readonly schema: string | null;
  readonly identifier: string | null;
  readonly type: RelationType | null;
  readonly quotePolicy: Policy;
  readonly includePolicy: Policy;

  constructor(parts: RelationParts) {
    this.database = parts.database;
    this.schema = parts.schema;
    this.identifier = parts.identifier;
    this.type = parts.type ?? null;
    this.quotePolicy = parts.quotePolicy ?? ALL;
    this.includePolicy = parts.includePolicy ?? ALL;
  }

  with(parts: Partial<RelationParts>): Relation {
    return new Relation({ ...this.parts(), ...parts });
  }

  parts(): RelationParts {
    const { database, schema, identifier, type, quotePolicy, includePolicy } = this;
    return { database, schema, identifier, type, quotePolicy, includePolicy };
  }

  /** The name as SQL. */
  render(): string {
    return PARTS.flatMap((part) => {
      const name = this[part];
      if (name === null || !this.includePolicy[part]) return [];
      return [this.quotePolicy[part] ? quoteIdentifier(name) : name];
    }).join(".");
  }

  toText(): string {
    return this.render();
  }

  toRepr(): string {
    return `<Relation ${this.render()}>`;
  }

  hash(): string {
    return this.render();
  }

  equals(other: Value): boolean {
    return other instanceof Relation && other.render() === this.render();
  }

  isTruthy(): boolean {
    return true;
  }

  toJson(): unknown {
    return this.render();
  }

  getAttribute(name: string): Value | undefined {
    const part = this.#part(name);
    return part === undefined ? this.#method(name) : part;
  }

  // Packages tell relations apart by `is mapping` and `metadata.type`.
  iterate(): Iterable<Value> {
    return KEYS;
  }

  getItem(key: Value): Value | undefined {
    return typeof key === "string" ? this.#part(key) : undefined;
  }

  #part(name: string): Value | undefined {
    switch (name) {
      case "database":
      case "schema":
      case "identifier":
      case "type":
        return this[name];
      case "name":
      case "table":
        return this.identifier;
      case "is_table":
        return this.type === "table";
      case "is_view":
        return this.type === "view";
      case "is_cte":
        return this.type === "cte";
      case "can_be_renamed":
        return this.type === "table" || this.type === "view";
      case "metadata":
        return new PyDict([["type", "DuckDBRelation"]]);
      case "quote_character":
        return '"';
      case "path":
      case "include_policy":
      case "quote_policy":
        return this.#policy(name);
      default:
        return undefined;
    }
  }

  #policy(name: "path" | "include_policy" | "quote_policy"): Value {
    const source = {
      path: this,
      include_policy: this.includePolicy,
      quote_policy: this.quotePolicy,
    };
    return new PyDict(PARTS.map((part) => [part, source[name][part]]));
  }

  #method(name: string): Value | undefined {
    switch (name) {
      case "render":
        return callable(() => this.render(), name);
      case "items":
        return callable(() => KEYS.map((key) => new PyTuple([key, this.#part(key) ?? null])), name);
      case "keys":
        return callable(() => [...KEYS], name);
      case "get":
        return callable(([key, fallback = null]) => this.getItem(key ?? null) ?? fallback, name);
      case "include":
        return callable((args, kwargs) =>
          this.with({ includePolicy: changed(this.includePolicy, kwargs, args) }),
        );
      case "quote":
        return callable((args, kwargs) =>
          this.with({ quotePolicy: changed(this.quotePolicy, kwargs, args) }),
        );
      case "without_identifier":
        return callable(() =>
          this.with({ includePolicy: { ...this.includePolicy, identifier: false } }),
        );
      case "incorporate":
        return callable((_args, kwargs) => this.#incorporate(kwargs));
      case "replace_path":
        return callable((_args, kwargs) => this.with(pathOf(kwargs)));
      case "information_schema":
        return callable((args) => informationSchema(this, textOrNull(args[0])));
      case "information_schema_only":
        return callable(() => informationSchema(this, null));
      default:
        return undefined;
    }
  }

  #incorporate(kwargs: ReadonlyMap<string, Value>): Relation {
    const path = kwargs.get("path");
    const type = kwargs.get("type");
    const moved = path instanceof PyDict ? this.with(pathOfDict(path)) : this;
    return type === undefined ? moved : moved.with({ type: typeOf(type) });
  }
}

function informationSchema(relation: Relation, view: string | null): Relation {
  return new Relation({
    database: "system",
    schema: "information_schema",
    identifier: view,
    quotePolicy: { database: false, schema: false, identifier: false },
    includePolicy: {
      database: relation.database !== null,
      schema: true,
      identifier: view !== null,
    },
  });
}

function pathOf(kwargs: ReadonlyMap<string, Value>): Partial<RelationParts> {
  return Object.fromEntries(
    PARTS.filter((part) => kwargs.has(part)).map((part) => [part, textOrNull(kwargs.get(part))]),
  );
}

function pathOfDict(path: PyDict): Partial<RelationParts> {
  return Object.fromEntries(
    PARTS.filter((part) => path.has(part)).map((part) => [part, textOrNull(path.get(part))]),
  );
}

/** `api.Relation.create(…)`. */
export function createRelation(
  args: readonly Value[],
  kwargs: ReadonlyMap<string, Value>,
): Relation {
  const named = new Map(
    [...kwargs].filter(([key]) => ["database", "schema", "identifier", "type"].includes(key)),
  );
  const bound = bindArguments("create", ["database", "schema", "identifier", "type"], args, named);
  return new Relation({
    database: textOrNull(bound[0]),
    schema: textOrNull(bound[1]),
    identifier: textOrNull(bound[2]),
    type: typeOf(bound[3]),
  });
}
