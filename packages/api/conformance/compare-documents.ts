/** A part of an OpenAPI document, of which only the shape is known. */
export type Json = Readonly<Record<string, unknown>>;

/** What of Airflow's published document ours does, lacks, and does otherwise. */
export interface Comparison {
  /** Operations of both, and all of theirs. */
  readonly operations: { readonly shared: number; readonly theirs: number };
  /** Operations under /api/v2 that Airflow does not have: clients would never look for them. */
  readonly unknownOperations: readonly string[];
  readonly missingOperations: readonly string[];
  /** Fields their clients read and our answers lack, or hold in another type. */
  readonly brokenFields: readonly string[];
  /** Fields and query parameters their callers may send and we refuse or do not read. */
  readonly missingInputs: readonly string[];
}

/** Compares operations, fields of answers and inputs of two OpenAPI documents. */
export function compareDocuments(ours: Json, theirs: Json): Comparison {
  const [mine, published] = [operationsOf(ours), operationsOf(theirs)];
  const shared = [...mine.keys()].filter((name) => published.has(name));
  return {
    operations: { shared: shared.length, theirs: published.size },
    unknownOperations: [...mine.keys()].filter((name) => !published.has(name)),
    missingOperations: [...published.keys()].filter((name) => !mine.has(name)),
    brokenFields: compareSchemas(ours, theirs, (name) => !name.endsWith("Body"), brokenFieldsOf),
    missingInputs: [
      ...compareSchemas(ours, theirs, (name) => name.endsWith("Body"), missingFieldsOf),
      ...shared.flatMap((name) =>
        missingParameters(name, mine.get(name) ?? {}, published.get(name) ?? {}),
      ),
    ],
  };
}

const METHODS = new Set(["get", "post", "put", "patch", "delete"]);

function operationsOf(document: Json): ReadonlyMap<string, Json> {
  return new Map(
    Object.entries(childOf(document, "paths"))
      .filter(([path]) => path.startsWith("/api/v2/"))
      .flatMap(([path, item]) =>
        Object.entries(asJson(item))
          .filter(([method]) => METHODS.has(method))
          .map(([method, operation]) => [`${method.toUpperCase()} ${path}`, asJson(operation)]),
      ),
  );
}

type Compare = (name: string, ours: Sides["ours"], theirs: Sides["theirs"]) => readonly string[];

interface Sides {
  readonly ours: Scope;
  readonly theirs: Scope;
}

/** A schema and the document its references point into. */
interface Scope {
  readonly schema: Json;
  readonly document: Json;
}

function compareSchemas(
  ours: Json,
  theirs: Json,
  isWanted: (name: string) => boolean,
  compare: Compare,
): readonly string[] {
  const [mine, published] = [schemasOf(ours), schemasOf(theirs)];
  return Object.keys(mine)
    .filter((name) => name in published && isWanted(name))
    .flatMap((name) =>
      compare(
        name,
        { schema: childOf(mine, name), document: ours },
        { schema: childOf(published, name), document: theirs },
      ),
    );
}

function brokenFieldsOf(name: string, ours: Scope, theirs: Scope): readonly string[] {
  const mine = childOf(ours.schema, "properties");
  return Object.entries(childOf(theirs.schema, "properties")).flatMap(([field, schema]) => {
    if (!(field in mine)) return [`${name}.${field} is missing`];
    const wanted = typesOf({ schema: asJson(schema), document: theirs.document });
    const given = typesOf({ schema: childOf(mine, field), document: ours.document });
    const strange = [...given].filter((type) => !isReadable(type, wanted));
    return strange.length === 0
      ? []
      : [`${name}.${field} may be ${strange.join(", ")}, expected ${[...wanted].join(", ")}`];
  });
}

function isReadable(type: string, wanted: ReadonlySet<string>): boolean {
  if (wanted.has("any") || type === "any" || wanted.has(type)) return true;
  return type === "integer" && wanted.has("number");
}

function missingFieldsOf(name: string, ours: Scope, theirs: Scope): readonly string[] {
  const mine = childOf(ours.schema, "properties");
  return Object.keys(childOf(theirs.schema, "properties"))
    .filter((field) => !(field in mine))
    .map((field) => `${name}.${field}`);
}

function missingParameters(name: string, ours: Json, theirs: Json): readonly string[] {
  const mine = new Set(queryOf(ours));
  return queryOf(theirs)
    .filter((parameter) => !mine.has(parameter))
    .map((parameter) => `${name} ?${parameter}`);
}

function queryOf(operation: Json): readonly string[] {
  const parameters = operation["parameters"];
  return (Array.isArray(parameters) ? parameters : [])
    .map(asJson)
    .filter((parameter) => parameter["in"] === "query")
    .map((parameter) => String(parameter["name"]));
}

/** The JSON types a schema allows, through references and unions. */
function typesOf({ schema, document }: Scope): ReadonlySet<string> {
  const found = membersOf({ schema, document }).flatMap((member) => [
    ...typesOf({ schema: member, document }),
  ]);
  // Their generator writes a schema that may be null as a reference with `nullable` beside it.
  const isNullable = schema["nullable"] === true;
  return new Set([
    ...(found.length === 0 ? [typeOf(schema)] : found),
    ...(isNullable ? ["null"] : []),
  ]);
}

/** What a reference points at, or what a union is made of; nothing for a schema that stands for itself. */
function membersOf({ schema, document }: Scope): readonly Json[] {
  const ref = schema["$ref"];
  if (typeof ref === "string") return [childOf(schemasOf(document), ref.split("/").at(-1) ?? "")];
  const union = schema["anyOf"] ?? schema["oneOf"] ?? schema["allOf"];
  return Array.isArray(union) ? union.map(asJson) : [];
}

function typeOf(schema: Json): string {
  const { type } = schema;
  if (typeof type === "string") return type;
  if ("enum" in schema) return "string";
  return "const" in schema ? typeof schema["const"] : "any";
}

function schemasOf(document: Json): Json {
  return childOf(childOf(document, "components"), "schemas");
}

function childOf(parent: Json, name: string): Json {
  return asJson(parent[name]);
}

function asJson(value: unknown): Json {
  return typeof value === "object" && value !== null
    ? Object.fromEntries(Object.entries(value))
    : {};
}
