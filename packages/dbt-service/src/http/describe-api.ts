import type { JsonRecord } from "@airloom/dbt-cloud/contract";
import { RELATED_NAMES } from "./list-query.ts";
import { type FilterFields, listFilterNames } from "./read-filter.ts";
import type { Takes } from "./requests.ts";
import type { Route } from "./route.ts";
import type { Fields, Shape } from "./shape.ts";

/** The OpenAPI 3.1 document of what the service serves, out of the table that its reader reads by. */
export function describeApi(routes: readonly Route[], version: string): JsonRecord {
  const paths = new Map<string, Record<string, JsonRecord>>();
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/gu, "{$1}").replace("*", "{path}");
    const operations = paths.get(path) ?? {};
    operations[route.method.toLowerCase()] = describeRoute(route, path);
    paths.set(path, operations);
  }
  return {
    openapi: "3.1.0",
    info: { title: "dbt job service", version },
    paths: Object.fromEntries(paths),
    components: { securitySchemes: { token: { type: "http", scheme: "bearer" } } },
  };
}

function describeRoute({ takes = {}, method, operation }: Route, path: string): JsonRecord {
  const names = [...path.matchAll(/\{(\w+)\}/gu)].map(([, name = ""]) => name);
  return {
    operationId: `${method} ${path}`,
    "x-permission": operation,
    security: [{ token: [] }],
    parameters: [
      ...names.map((name) => ({
        name,
        in: "path",
        required: true,
        schema: name === "path" ? { type: "string" } : { type: "integer", minimum: 0 },
      })),
      ...describeQuery(takes),
    ],
    ...(takes.body === undefined
      ? {}
      : {
          requestBody: {
            required: false,
            content: { "application/json": { schema: describeShape(takes.body) } },
          },
        }),
    responses: {
      200: { description: "The envelope with what was asked for" },
      400: { description: "The envelope says which field cannot be read, and why" },
      404: { description: "Not there, or not to be seen" },
    },
  };
}

function describeQuery({ query = {} }: Takes): readonly JsonRecord[] {
  const { list, params = {} } = query;
  const own = Object.entries(params).map(([name, shape]) => [name, describeShape(shape)] as const);
  const ofList =
    list === undefined
      ? []
      : [
          ["limit", { type: "integer", minimum: 1 }] as const,
          ["offset", { type: "integer", minimum: 0 }] as const,
          ["order_by", { enum: list.orders.flatMap((field) => [field, `-${field}`]) }] as const,
          ["state", { enum: ["active", "deleted", "all", "1", "2"] }] as const,
          ...listFilterNames(list.fields).map(
            (name) => [name, describeFilter(list.fields, name)] as const,
          ),
        ];
  return [...own, ...ofList, ["include_related", { enum: [...RELATED_NAMES] }] as const].map(
    ([name, schema]) => ({ name, in: "query", required: false, schema }),
  );
}

const VALUES = {
  integer: { type: "integer", minimum: 0 },
  text: { type: "string" },
  flag: { type: "boolean" },
  instant: { type: "string", format: "date-time" },
} as const satisfies Readonly<Record<string, JsonRecord>>;

function describeFilter(fields: FilterFields, name: string): JsonRecord {
  const field = fields[name.split("__")[0] ?? ""];
  if (field?.values !== undefined) return { enum: field.values };
  return VALUES[field?.kind ?? "text"];
}

/** A shape as JSON Schema, with the forms beside the plain one that clients send. */
function describeShape(shape: Shape): JsonRecord {
  switch (shape.kind) {
    case "text":
      return {
        type: "string",
        minLength: shape.min,
        maxLength: shape.max,
        ...(shape.pattern === null ? {} : { pattern: shape.pattern.source }),
        ...(shape.values === null ? {} : { enum: shape.values }),
      };
    case "integer":
      return {
        anyOf: [
          {
            type: "integer",
            minimum: shape.min,
            maximum: shape.max,
            ...(shape.values === null ? {} : { enum: shape.values }),
          },
          { type: "string", pattern: "^\\s*[+-]?\\d+\\s*$" },
        ],
      };
    case "flag":
      return {
        anyOf: [
          { type: "boolean" },
          { type: "string", pattern: "^([Tt]rue|[Ff]alse|TRUE|FALSE)$" },
        ],
      };
    case "instant":
      return { type: "string", format: "date-time" };
    case "list":
      return { type: "array", items: describeShape(shape.of) };
    case "map":
      return { type: "object", additionalProperties: orNull(describeShape(shape.of)) };
    case "object":
      return {
        type: "object",
        properties: describeFields(shape.fields, shape.required),
        required: shape.required,
      };
    case "either":
      return { anyOf: shape.shapes.map(describeShape) };
    case "anything":
      return {};
  }
}

function describeFields(fields: Fields, required: readonly string[]): JsonRecord {
  return Object.fromEntries(
    Object.entries(fields).map(([name, of]) => {
      const schema = describeShape(of);
      return [name, required.includes(name) ? schema : orNull(schema)];
    }),
  );
}

function orNull(schema: JsonRecord): JsonRecord {
  return { anyOf: [schema, { type: "null" }] };
}
