import { describe, expect, test } from "vitest";
import { findParents, getManifestNodes, parseRunResults, readInstant } from "./run-results.ts";

describe("parseRunResults()", () => {
  test("fills a result up from the manifest", () => {
    const [node] = parseRunResults(
      {
        results: [
          {
            unique_id: "model.shop.orders",
            status: "error",
            message: "Database Error\n  LINE 3: select x",
            execution_time: 0.5,
            thread_id: "Thread-1",
            timing: [
              {
                name: "compile",
                started_at: "2026-01-01T00:00:00Z",
                completed_at: "2026-01-01T00:00:01Z",
              },
              {
                name: "execute",
                started_at: "2026-01-01T00:00:01Z",
                completed_at: "2026-01-01T00:00:04Z",
              },
            ],
          },
        ],
      },
      {
        nodes: {
          "model.shop.orders": {
            name: "orders",
            resource_type: "model",
            original_file_path: "models/orders.sql",
            compiled_code: "select x",
            depends_on: { nodes: ["seed.shop.raw"] },
          },
        },
      },
    );
    expect(node).toMatchObject({
      name: "orders",
      state: "error",
      startedAt: new Date("2026-01-01T00:00:00Z"),
      endedAt: new Date("2026-01-01T00:00:04Z"),
      file: "models/orders.sql",
      line: 3,
      compiledSql: "select x",
      dependsOn: ["seed.shop.raw"],
    });
  });

  test("takes the place of an error from our own engine, which knows it", () => {
    const [node] = parseRunResults(
      {
        results: [
          {
            unique_id: "model.shop.orders",
            status: "error",
            message: "Runtime Error\n  LINE 9: from x",
            compiled_code: "select y\nfrom x",
            adapter_response: {
              error_place: { file: "models/base.sql", line: 12, compiled_line: 2 },
            },
          },
        ],
      },
      { nodes: { "model.shop.orders": { original_file_path: "models/orders.sql" } } },
    );
    expect(node).toMatchObject({ file: "models/base.sql", line: 12, compiledLine: 2 });
  });

  test.each([
    ["LINE 4:   b,", 3],
    ["LINE 9: ...b,...", 7],
    ["LINE 9: gone", null],
    ["no line", null],
  ])("finds the line of the compiled query for %j of another engine", (said, line) => {
    const [node] = parseRunResults({
      results: [
        {
          unique_id: "model.shop.orders",
          status: "error",
          message: `Database Error\n  ${said}\n   ^`,
          compiled_code: "select\n  a,\n  b,\n  c,\nfrom (select\n a,\n  b, d)",
        },
      ],
    });
    expect(node?.compiledLine).toBe(line);
  });

  test.each([undefined, null, 1, "x", {}, { results: [{}, 1] }])(
    "finds nothing in %j",
    (content) => {
      expect(parseRunResults(content)).toEqual([]);
    },
  );
});

describe("readInstant()", () => {
  test.each([
    ["2021-12-07 10:32:24.326116+00:00", "2021-12-07T10:32:24.326Z"],
    ["2021-12-07T10:32:24", "2021-12-07T10:32:24.000Z"],
    ["2021-12-07T12:32:24+02:00", "2021-12-07T10:32:24.000Z"],
  ])("reads %s", (text, instant) => {
    expect(readInstant(text)?.toISOString()).toBe(instant);
  });

  test.each(["", "yesterday", 5, null])("answers null for %j", (value) => {
    expect(readInstant(value)).toBeNull();
  });
});

test("findParents() looks through ephemeral models to what they read", () => {
  const node = (parents: readonly string[], materialized = "view") => ({
    config: { materialized },
    depends_on: { nodes: parents },
  });
  const nodes = getManifestNodes({
    nodes: {
      "model.p.a": node([]),
      "model.p.e1": node(["model.p.a", "model.p.e2"], "ephemeral"),
      "model.p.e2": node(["seed.p.s", "model.p.e1"], "ephemeral"),
      "model.p.b": node(["model.p.e1", "model.p.a"]),
    },
  });
  expect(findParents("model.p.b", nodes).toSorted()).toEqual(["model.p.a", "seed.p.s"]);
});
