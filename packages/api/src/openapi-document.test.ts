import { describe, expect, test } from "vitest";
import { buildOpenApiDocument } from "./openapi-document.ts";
import { OPERATIONS } from "./operations.ts";
import { ROUTES } from "./routes.ts";

const text = JSON.stringify(buildOpenApiDocument({ version: "0.0.0" }));

function fieldsOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof value === "object" && value !== null ? Object.entries(value) : []);
}

describe("buildOpenApiDocument()", () => {
  const document = fieldsOf(JSON.parse(text));
  const paths = fieldsOf(document.get("paths"));

  test("holds every operation with its path parameters", () => {
    for (const [id, route] of Object.entries(ROUTES)) {
      const [method = "", path = ""] = route.split(" ");
      const operation = fieldsOf(fieldsOf(paths.get(path)).get(method.toLowerCase()));
      expect(operation.get("operationId")).toBe(id);
      const names = [...path.matchAll(/\{(\w+)\}/gu)].map((match) => match[1]);
      const described = [operation.get("parameters")]
        .flat()
        .map(fieldsOf)
        .filter((parameter) => parameter.get("in") === "path")
        .map((parameter) => parameter.get("name"));
      expect(new Set(described)).toEqual(new Set(names));
    }
  });

  test("points only at schemas it holds", () => {
    const held = fieldsOf(fieldsOf(document.get("components")).get("schemas"));
    for (const [, name = ""] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/gu)) {
      expect([...held.keys()]).toContain(name);
    }
    expect(text).not.toContain("#/$defs");
  });

  test("opens nothing but signing in, health, version and the sign-in page's facts", () => {
    const open = Object.entries(OPERATIONS)
      .filter(([, spec]) => spec.access === "open")
      .map(([id]) => id);
    expect(open.toSorted()).toEqual(
      ["createToken", "getHealth", "getUiConfig", "getVersion", "login"].toSorted(),
    );
  });

  test("lets a viewer change nothing but the own account", () => {
    const changing = Object.entries(ROUTES)
      .filter(([, route]) => !route.startsWith("GET "))
      .filter(([id]) => new Map(Object.entries(OPERATIONS)).get(id)?.access === "viewer")
      .map(([id]) => id);
    // The batch lists are reads whose filter does not fit an address.
    expect(changing.toSorted()).toEqual([
      "batchDagRuns",
      "batchTaskInstances",
      "changePassword",
      "createApiToken",
      "endMySession",
      "logout",
    ]);
  });
});
