import { describe, expect, test } from "vitest";
import { levelsOf, mergeConfig } from "./config-tree.ts";
import { isVersionAccepted } from "./version-range.ts";

describe("mergeConfig()", () => {
  test("replaces plain values and adds up tags, meta, hooks and grants", () => {
    const base = {
      materialized: "view",
      tags: ["a"],
      meta: { x: 1 },
      "pre-hook": [],
      grants: { select: ["ann"] },
    };
    const merged = mergeConfig(base, {
      materialized: "table",
      tags: "b",
      meta: { y: 2 },
      pre_hook: "select 1",
      grants: { "+select": "bob" },
    });
    expect(merged).toMatchObject({
      materialized: "table",
      tags: ["a", "b"],
      meta: { x: 1, y: 2 },
      grants: { select: ["ann", "bob"] },
    });
    expect(merged["pre-hook"]).toEqual([{ sql: "select 1", transaction: true, index: null }]);
  });

  test("a hook may say that it stays outside of the transaction", () => {
    const merged = mergeConfig({}, { "post-hook": { sql: "vacuum", transaction: false } });
    expect(merged["post-hook"]).toEqual([{ sql: "vacuum", transaction: false, index: null }]);
  });
});

describe("levelsOf()", () => {
  const tree = {
    "+tags": ["all"],
    shop: {
      materialized: "view",
      marts: { "+materialized": "table", "+meta": { owner: "ann" }, orders: { "+enabled": false } },
    },
  };

  test("goes from the root to the node's own name", () => {
    expect(levelsOf(tree, ["shop", "marts", "orders"])).toEqual([
      { tags: ["all"] },
      { materialized: "view" },
      { materialized: "table", meta: { owner: "ann" } },
      { enabled: false },
    ]);
  });

  test("stops where the tree does", () => {
    expect(levelsOf(tree, ["other", "marts"])).toEqual([{ tags: ["all"] }]);
  });
});

test.each([
  ["1.10.23", [">=1.0.0", "<2.0.0"], true],
  ["1.10.23", [">=1.11"], false],
  ["1.10.23", [">=1.0.0,<1.10.0"], false],
  ["1.10.23", [], true],
])("%s meets %j: %s", (version, requirements, expected) => {
  expect(isVersionAccepted(version, requirements)).toBe(expected);
});
