import { describe, expect, test } from "vitest";
import { compareDocuments, type Json } from "./compare-documents.ts";

function documentOf(paths: Json, schemas: Json = {}): Json {
  return { paths, components: { schemas } };
}

function fields(properties: Json): Json {
  return { type: "object", properties };
}

const TEXT = { type: "string" };

describe("compareDocuments()", () => {
  test("counts operations, and names those that only one side has", () => {
    const ours = documentOf({
      "/api/v2/a": { get: {} },
      "/api/v2/c": { get: {} },
      "/ui/x": { get: {} },
    });
    const theirs = documentOf({ "/api/v2/a": { get: {}, delete: {} }, "/api/v2/b": { get: {} } });
    expect(compareDocuments(ours, theirs)).toMatchObject({
      operations: { shared: 1, theirs: 3 },
      unknownOperations: ["GET /api/v2/c"],
      missingOperations: ["DELETE /api/v2/a", "GET /api/v2/b"],
    });
  });

  test.each([
    ["a field that is missing", { b: TEXT }, {}, ["R.b is missing"]],
    [
      "null where none is expected",
      { b: TEXT },
      { b: { anyOf: [TEXT, { type: "null" }] } },
      ["R.b may be null, expected string"],
    ],
    [
      "a reference that may be null",
      { b: { $ref: "#/components/schemas/S", nullable: true } },
      { b: { anyOf: [TEXT, { type: "null" }] } },
      [],
    ],
    ["an integer for a number", { b: { type: "number" } }, { b: { type: "integer" } }, []],
    ["further fields", { b: TEXT }, { b: TEXT, c: TEXT }, []],
  ])("judges %s", (_case, theirs, ours, expected) => {
    const result = compareDocuments(
      documentOf({}, { R: fields(ours), S: TEXT }),
      documentOf({}, { R: fields(theirs), S: TEXT }),
    );
    expect(result.brokenFields).toEqual(expected);
  });

  test("names inputs that are not taken", () => {
    const query = (name: string) => ({ parameters: [{ in: "query", name }] });
    const result = compareDocuments(
      documentOf({ "/api/v2/a": { get: query("limit") } }, { XBody: fields({}) }),
      documentOf({ "/api/v2/a": { get: query("owner") } }, { XBody: fields({ note: TEXT }) }),
    );
    expect(result.missingInputs).toEqual(["XBody.note", "GET /api/v2/a ?owner"]);
  });
});
