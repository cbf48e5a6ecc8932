import { buildOpenApiDocument, OPERATIONS, type OperationSpec, ROUTES } from "@airloom/api";
import { readVersion } from "../version.ts";
import type { ApiOperation, FieldSchema } from "./api-request.ts";

interface DocumentOperation {
  readonly parameters: ApiOperation["parameters"];
  readonly requestBody?: {
    readonly content: Readonly<
      Record<string, { readonly schema: FieldSchema & { $ref?: string } }>
    >;
  };
}

/** Every operation with what it takes, from the OpenAPI document that the server publishes. */
export function loadOperations(): readonly ApiOperation[] {
  const document = asDocument(buildOpenApiDocument({ version: readVersion() }));
  const specs = new Map<string, OperationSpec>(Object.entries(OPERATIONS));
  return Object.entries(ROUTES).flatMap(([id, route]) => {
    const [method = "", path = ""] = route.split(" ");
    const found = document.paths[path]?.[method.toLowerCase()];
    const spec = specs.get(id);
    if (found === undefined || spec === undefined || spec.media === "text/event-stream") return [];
    const schema = found.requestBody?.content["application/json"]?.schema;
    const body =
      schema === undefined ? null : (document.components.schemas[nameOf(schema)] ?? schema);
    const { tag, summary, access } = spec;
    return [{ id, method, path, tag, summary, access, parameters: found.parameters, body }];
  });
}

function nameOf({ $ref = "" }: { readonly $ref?: string }): string {
  return $ref.split("/").at(-1) ?? "";
}

interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, FieldSchema>> };
}

// The document is our own; its type is as wide as JSON.
function asDocument(value: object): OpenApiDocument {
  return value as OpenApiDocument;
}
