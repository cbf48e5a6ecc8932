import { describe, expect, test } from "vitest";
import { adaptProfile, renderProfile } from "./profile-text.ts";

describe("adaptProfile()", () => {
  const adapt = (text: string, schema: string | null = null): string =>
    adaptProfile(text, { originalDir: "/shop", schema });

  test.each([
    ["      path: shop.duckdb", '      path: "/shop/shop.duckdb"'],
    [
      "      path: ./data/shop.duckdb # the warehouse",
      '      path: "/shop/data/shop.duckdb" # the warehouse',
    ],
    ["      path: '../shop.duckdb'", '      path: "/shop.duckdb"'],
    ["        - path: other.db", '        - path: "/shop/other.db"'],
    ["      path: /abs/shop.duckdb", "      path: /abs/shop.duckdb"],
    ["      path: ':memory:'", "      path: ':memory:'"],
    ["      path: md:cloud", "      path: md:cloud"],
    ["      path: \"{{ env_var('X') }}\"", "      path: \"{{ env_var('X') }}\""],
    ["      search_path: x", "      search_path: x"],
  ])("%s", (line, adapted) => {
    expect(adapt(line)).toBe(adapted);
  });

  test("puts the run's schema in the place of the profile's", () => {
    expect(adapt("      schema: main\n      threads: 4", "pr_7")).toBe(
      '      schema: "pr_7"\n      threads: 4',
    );
  });
});

describe("renderProfile()", () => {
  const parts = {
    profileName: "shop",
    targetName: "default",
    credentials: { username: "ada", password: "p", default_schema: "analytics", threads: 2 },
    extendedAttributes: {},
    threads: 4,
    schema: null,
    warehouseDir: "/warehouses/1",
  };

  test("writes a PostgreSQL output, with extended attributes over everything", () => {
    const text = renderProfile({
      ...parts,
      connection: {
        adapter_version: "postgres_v0",
        config: { hostname: "db", dbname: "shop", port: 5433 },
      },
      extendedAttributes: { dbname: "other" },
    });
    expect(JSON.parse(text)).toEqual({
      shop: {
        target: "default",
        outputs: {
          default: {
            threads: 2,
            type: "postgres",
            host: "db",
            port: 5433,
            dbname: "other",
            user: "ada",
            password: "p",
            schema: "analytics",
          },
        },
      },
    });
  });

  test("writes a DuckDB output whose file lives with the project's warehouses", () => {
    const text = renderProfile({
      ...parts,
      schema: "pr_7",
      connection: { adapter_version: "duckdb_v0", config: {} },
    });
    expect(JSON.parse(text).shop.outputs.default).toMatchObject({
      type: "duckdb",
      path: "/warehouses/1/warehouse.duckdb",
      schema: "pr_7",
    });
  });
});
