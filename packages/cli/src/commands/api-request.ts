import { AirloomError } from "@airloom/core";

/** What a schema of the OpenAPI document says of a value, as far as a command line needs it. */
export interface FieldSchema {
  readonly type?: string | readonly string[];
  readonly anyOf?: readonly FieldSchema[];
  readonly properties?: Readonly<Record<string, FieldSchema>>;
}

/** One operation of the API, from its OpenAPI document. */
export interface ApiOperation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly access: string;
  readonly parameters: readonly { readonly name: string; readonly in: "path" | "query" }[];
  readonly body: FieldSchema | null;
}

/** A request as it goes out. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

/**
 * Sorts what was given by name into path, query and body.
 *
 * Values of the body become what their schema says; those of path and query stay text.
 */
export function planRequest(
  operation: ApiOperation,
  fields: readonly (readonly [name: string, value: string])[],
  givenBody: unknown,
): ApiRequest {
  const query = new URLSearchParams();
  const inPath = new Map<string, string>();
  const inBody = new Map<string, unknown>();
  for (const [name, value] of fields) {
    const parameter = operation.parameters.find((known) => known.name === name);
    if (parameter?.in === "path") inPath.set(name, value);
    else if (parameter?.in === "query") query.append(name, value);
    else inBody.set(name, valueOf(schemaOf(operation, name), value));
  }
  const path = operation.path.replaceAll(/\{(?<name>\w+)\}/gu, (_match, name: string) => {
    const value = inPath.get(name);
    if (value === undefined) {
      throw bad(operation, `"${name}" is missing: pass -f ${name}=<value>`);
    }
    return encodeURIComponent(value);
  });
  const body = bodyOf(operation, inBody, givenBody);
  return {
    method: operation.method,
    path: query.size === 0 ? path : `${path}?${query.toString()}`,
    body,
  };
}

function bodyOf(
  operation: ApiOperation,
  fields: ReadonlyMap<string, unknown>,
  given: unknown,
): unknown {
  if (operation.body === null) {
    if (given === undefined) return undefined;
    throw bad(operation, "it takes no body");
  }
  if (fields.size === 0) return given ?? {};
  const base = given ?? {};
  if (typeof base !== "object" || base === null || Array.isArray(base)) {
    throw bad(operation, "fields can be added to a body only where it is a JSON object");
  }
  return { ...base, ...Object.fromEntries(fields) };
}

function schemaOf(operation: ApiOperation, name: string): FieldSchema {
  const properties = operation.body?.properties;
  const known = [
    ...operation.parameters.map((parameter) => parameter.name),
    ...Object.keys(properties ?? {}),
  ];
  const found = properties?.[name];
  // A body without named properties may have any.
  if (found === undefined && (operation.body === null || properties !== undefined)) {
    const expected = known.length === 0 ? "it takes none" : `expected ${known.join(", ")}`;
    throw bad(operation, `there is no field "${name}": ${expected}`);
  }
  return found ?? {};
}

/** A text stays one where the schema allows it; all else is read as JSON. */
function valueOf(schema: FieldSchema, text: string): unknown {
  const types = typesOf(schema);
  if (text === "null" && types.has("null")) return null;
  if (types.has("string")) return text;
  try {
    return JSON.parse(text);
  } catch {
    // The server says what it expected.
    return text;
  }
}

function typesOf({ type = [], anyOf = [] }: FieldSchema): ReadonlySet<string> {
  const own = typeof type === "string" ? [type] : type;
  return new Set([...own, ...anyOf.flatMap((each) => [...typesOf(each)])]);
}

/** The operation that a word names: its id, or method and path as the list shows them, or a path alone. */
export function findOperation(
  operations: readonly ApiOperation[],
  words: readonly string[],
): ApiOperation {
  const name = words.join(" ");
  const found = operations.find(
    ({ id, method, path }) =>
      id === name || `${method} ${path}` === name || (method === "GET" && path === name),
  );
  if (found !== undefined) return found;
  const lower = name.toLowerCase();
  const near = operations
    .filter(({ id }) => id.toLowerCase().includes(lower) || lower.includes(id.toLowerCase()))
    .map(({ id }) => id);
  const hint =
    near.length === 0
      ? '"airloom api ls" lists them'
      : `did you mean ${near.slice(0, 5).join(", ")}?`;
  throw new AirloomError(
    "input.invalid",
    `Cannot call "${name}": there is no such operation; ${hint}`,
  );
}

function bad(operation: ApiOperation, reason: string): AirloomError {
  return new AirloomError("input.invalid", `Cannot call ${operation.id}: ${reason}`);
}
