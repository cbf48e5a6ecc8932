import { z } from "zod";
import { COMPONENT_SCHEMAS } from "./component-schemas.ts";
import type { OperationSpec } from "./operation-spec.ts";
import { OPERATIONS } from "./operations.ts";
import { ROUTES } from "./routes.ts";

type JsonSchema = z.core.JSONSchema.BaseSchema;
type Json = Readonly<Record<string, unknown>>;

const HttpError = z.object({ detail: z.union([z.string(), z.record(z.string(), z.unknown())]) });
const ValidationError = z.object({
  detail: z.array(
    z.object({
      loc: z.array(z.union([z.string(), z.int()])),
      msg: z.string(),
      type: z.string(),
    }),
  ),
});

/** The OpenAPI 3.1 document of the whole API, built from the schemas that the server checks with. */
export function buildOpenApiDocument(options: { readonly version: string }): Json {
  return {
    openapi: "3.1.0",
    info: {
      title: "Airloom API",
      version: options.version,
      description:
        "Operations under /api/v2 have the shapes of Airflow's REST API. Those under /ui serve the web app and may change with any release.",
    },
    paths: buildPaths(),
    components: {
      securitySchemes: {
        OAuth2PasswordBearer: {
          type: "oauth2",
          flows: { password: { tokenUrl: "/auth/token", scopes: {} } },
        },
        HTTPBearer: { type: "http", scheme: "bearer" },
        SessionCookie: { type: "apiKey", in: "cookie", name: "airloom_session" },
      },
      schemas: {
        ...Object.fromEntries(
          Object.entries(COMPONENT_SCHEMAS).map(([name, schema]) => [
            name,
            toComponent(name, schema),
          ]),
        ),
        HTTPExceptionResponse: toSchema(HttpError),
        HTTPValidationError: toSchema(ValidationError),
      },
    },
  };
}

function buildPaths(): Json {
  const paths = new Map<string, Map<string, Json>>();
  for (const [id, route] of Object.entries(ROUTES)) {
    const [method = "", path = ""] = route.split(" ");
    const operations = paths.get(path) ?? new Map<string, Json>();
    operations.set(method.toLowerCase(), buildOperation(id, specOf(id)));
    paths.set(path, operations);
  }
  return Object.fromEntries(
    [...paths].map(([path, operations]) => [path, Object.fromEntries(operations)]),
  );
}

function specOf(id: string): OperationSpec {
  const found: OperationSpec | undefined = new Map<string, OperationSpec>(
    Object.entries(OPERATIONS),
  ).get(id);
  if (found === undefined) throw new Error(`Operation "${id}" has a route and no description`);
  return found;
}

function buildOperation(id: string, spec: OperationSpec): Json {
  return {
    operationId: id,
    tags: [spec.tag],
    summary: spec.summary,
    "x-airloom-access": spec.access,
    ...(spec.access === "open"
      ? { security: [] }
      : { security: [{ OAuth2PasswordBearer: [] }, { HTTPBearer: [] }, { SessionCookie: [] }] }),
    parameters: [...buildParameters("path", spec.params), ...buildParameters("query", spec.query)],
    ...(spec.body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { "application/json": { schema: toSchema(spec.body, "input") } },
          },
        }),
    responses: buildResponses(spec),
  };
}

function buildParameters(
  place: "path" | "query",
  schema: z.ZodObject | undefined,
): readonly Json[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = toSchema(schema, "input");
  const described = toSchema(schema).properties ?? {};
  return Object.keys(properties).map((name) => ({
    name,
    in: place,
    required: place === "path" || (required.includes(name) && !isOptional(schema, name)),
    schema: described[name] ?? {},
  }));
}

function isOptional(schema: z.ZodObject, name: string): boolean {
  const field = schema.shape[name];
  return field !== undefined && z.safeParse(field, undefined).success;
}

function buildResponses(spec: OperationSpec): Json {
  const ref = (name: string) => ({
    content: { "application/json": { schema: { $ref: `#/components/schemas/${name}` } } },
  });
  const content = {
    ...(spec.response === undefined
      ? {}
      : { "application/json": { schema: toSchema(spec.response) } }),
    ...(spec.media === undefined ? {} : { [spec.media]: { schema: { type: "string" } } }),
  };
  return {
    [spec.status]: {
      description: spec.status === 204 ? "Done" : "Success",
      ...(Object.keys(content).length === 0 ? {} : { content }),
    },
    ...(spec.access === "open"
      ? {}
      : {
          401: { description: "Not signed in", ...ref("HTTPExceptionResponse") },
          403: { description: "Not allowed", ...ref("HTTPExceptionResponse") },
        }),
    ...(spec.params === undefined
      ? {}
      : { 404: { description: "Not found", ...ref("HTTPExceptionResponse") } }),
    422: { description: "Input that does not fit", ...ref("HTTPValidationError") },
  };
}

const NAMED = z.registry<{ id: string }>();
for (const [id, schema] of Object.entries(COMPONENT_SCHEMAS)) NAMED.add(schema, { id });

/** A named schema spelled out: the generator would only point at it. */
function toComponent(name: string, schema: z.ZodType): JsonSchema {
  const { $defs = {} } = generate(schema, name.endsWith("Body") ? "input" : "output");
  return pointAtComponents($defs[name] ?? {});
}

function toSchema(schema: z.ZodType, io: "input" | "output" = "output"): JsonSchema {
  const { $schema: _dialect, $defs: _named, ...rest } = generate(schema, io);
  return pointAtComponents(rest);
}

function generate(schema: z.ZodType, io: "input" | "output") {
  return z.toJSONSchema(schema, {
    io,
    metadata: NAMED,
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema }) => {
      const check = zodSchema._zod.def;
      // Only where a schema says so itself are further fields refused: answers may grow.
      if (check.type === "object" && !("catchall" in check)) delete jsonSchema.additionalProperties;
      if (!("format" in check) || check.format !== "datetime") return;
      // The pattern repeats what the format says, in 300 characters.
      delete jsonSchema.pattern;
      jsonSchema.format = "date-time";
    },
  });
}

/** The generator keeps named schemas beside each schema; in the document they live in one place. */
function pointAtComponents(schema: JsonSchema): JsonSchema {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/'));
}
