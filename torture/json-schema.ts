import fc, { type Arbitrary } from "fast-check";

/** As much of JSON Schema as our own documents use. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly pattern?: string;
  readonly format?: string;
}

/** Finds what a `$ref` points at. */
export type Resolve = (schema: JsonSchema) => JsonSchema;

/** Why a value does not fit a schema; `undefined` where it does. */
export function findMisfit(
  resolve: Resolve,
  given: JsonSchema,
  value: unknown,
  place = "body",
): string | undefined {
  const schema = resolve(given);
  if (typeof schema !== "object") return undefined;
  for (const part of schema.allOf ?? []) {
    const misfit = findMisfit(resolve, part, value, place);
    if (misfit !== undefined) return misfit;
  }
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices?.every((one) => findMisfit(resolve, one, value, place) !== undefined) === true) {
    return `${place} fits none of ${choices.length} choices`;
  }
  if (schema.enum !== undefined && !schema.enum.includes(value)) return `${place} is not in enum`;
  if ("const" in schema && schema.const !== value) return `${place} is not ${String(schema.const)}`;
  const types = schema.type === undefined ? [] : [schema.type].flat();
  if (types.length > 0 && !types.some((type) => isOfType(type, value))) {
    return `${place} is no ${types.join(" or ")}`;
  }
  return findMisfitInside(resolve, schema, value, place);
}

function isOfType(type: string, value: unknown): boolean {
  switch (type) {
    case "integer":
      return Number.isInteger(value);
    case "array":
      return Array.isArray(value);
    case "null":
      return value === null;
    case "object":
      return isObject(value);
    default:
      return typeof value === type;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function findMisfitInside(
  resolve: Resolve,
  schema: JsonSchema,
  value: unknown,
  place: string,
): string | undefined {
  if (typeof value === "string") {
    const { minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern } = schema;
    // Whether letters are counted by code point or unit is nobody's business here.
    if (Array.from(value).length < minLength || Array.from(value).length > maxLength)
      return `${place} has a wrong length`;
    if (pattern !== undefined && !new RegExp(pattern, "u").test(value))
      return `${place} lacks its pattern`;
  }
  if (typeof value === "number") {
    if (value < (schema.minimum ?? -Infinity) || value > (schema.maximum ?? Infinity))
      return `${place} is out of range`;
    if (value <= (schema.exclusiveMinimum ?? -Infinity)) return `${place} is too small`;
  }
  if (Array.isArray(value)) {
    if (value.length < (schema.minItems ?? 0) || value.length > (schema.maxItems ?? Infinity))
      return `${place} has a wrong length`;
    const { items } = schema;
    if (items === undefined) return undefined;
    return value
      .map((one, at) => findMisfit(resolve, items, one, `${place}[${at}]`))
      .find((found) => found !== undefined);
  }
  return isObject(value) ? findMisfitInObject(resolve, schema, value, place) : undefined;
}

function findMisfitInObject(
  resolve: Resolve,
  schema: JsonSchema,
  value: Readonly<Record<string, unknown>>,
  place: string,
): string | undefined {
  const missing = schema.required?.find((name) => !Object.hasOwn(value, name));
  if (missing !== undefined) return `${place}.${missing} is missing`;
  for (const [name, member] of Object.entries(value)) {
    const { additionalProperties: others } = schema;
    const own = schema.properties?.[name];
    if (own === undefined && others === false) return `${place}.${name} is not known`;
    const of = own ?? (typeof others === "object" ? others : undefined);
    const misfit = of && findMisfit(resolve, of, member, `${place}.${name}`);
    if (misfit !== undefined) return misfit;
  }
  return undefined;
}

/** Values that fit a schema, most of the time. */
export function arbitraryOf(resolve: Resolve, given: JsonSchema, depth = 0): Arbitrary<unknown> {
  const schema = resolve(given);
  // A schema may be true or false alone.
  if (depth > 6 || typeof schema !== "object") return fc.constant(null);
  if ("const" in schema) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined)
    return fc.oneof(...choices.map((one) => arbitraryOf(resolve, one, depth + 1)));
  const [part] = schema.allOf ?? [];
  if (part !== undefined) return arbitraryOf(resolve, part, depth + 1);
  const types = schema.type === undefined ? ["any"] : [schema.type].flat();
  return fc.oneof(...types.map((type) => arbitraryOfType(resolve, { schema, type, depth })));
}

function arbitraryOfType(
  resolve: Resolve,
  {
    schema,
    type,
    depth,
  }: { readonly schema: JsonSchema; readonly type: string; readonly depth: number },
): Arbitrary<unknown> {
  switch (type) {
    case "null":
      return fc.constant(null);
    case "boolean":
      return fc.boolean();
    case "integer":
    case "number": {
      const min = Math.max(schema.minimum ?? schema.exclusiveMinimum ?? -10, -1e9);
      const max = Math.min(schema.maximum ?? 1_000, 1e9);
      return fc.integer({ min: Math.min(min, max), max: Math.max(min, max) });
    }
    case "string":
      return arbitraryOfText(schema);
    case "array": {
      const of =
        schema.items === undefined ? fc.jsonValue() : arbitraryOf(resolve, schema.items, depth + 1);
      return fc.array(of, {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 3, 3),
      });
    }
    case "object":
      return arbitraryOfObject(resolve, schema, depth);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function arbitraryOfText({
  format,
  pattern,
  minLength = 0,
  maxLength = 40,
}: JsonSchema): Arbitrary<unknown> {
  if (format === "date-time")
    return fc
      .date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) })
      .map((at) => at.toISOString());
  if (pattern !== undefined) {
    try {
      return fc.stringMatching(new RegExp(pattern, "u"));
    } catch {
      // A pattern that fast-check cannot turn round.
    }
  }
  const max = Math.max(minLength, Math.min(maxLength, 40));
  return fc.oneof(
    fc.string({ minLength, maxLength: max }),
    fc.string({ minLength, maxLength: max, unit: "binary" }),
  );
}

function arbitraryOfObject(
  resolve: Resolve,
  schema: JsonSchema,
  depth: number,
): Arbitrary<unknown> {
  const members = Object.fromEntries(
    Object.entries(schema.properties ?? {}).map(([name, of]) => [
      name,
      arbitraryOf(resolve, of, depth + 1),
    ]),
  );
  const { additionalProperties: others } = schema;
  const own = fc.record(members, {
    requiredKeys: (schema.required ?? []).filter((name) => name in members),
  });
  if (typeof others !== "object") return own;
  return fc
    .tuple(
      own,
      fc.dictionary(fc.string({ maxLength: 8 }), arbitraryOf(resolve, others, depth + 1), {
        maxKeys: 3,
      }),
    )
    .map(([a, b]) => ({ ...b, ...a }));
}
