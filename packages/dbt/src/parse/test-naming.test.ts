import { describe, expect, test } from "vitest";
import { hashTest, nameTest } from "./test-naming.ts";

// The names and hashes are those that dbt Core 1.10 gave the same tests.
describe("generic tests are named as dbt names them", () => {
  test.each([
    [
      "unique",
      "dim_airports",
      { column_name: "airport_code", model: "x" },
      "unique_dim_airports_airport_code",
    ],
    [
      "within_range",
      "stg_airports",
      { minimum: -90, maximum: 90, column_name: "latitude" },
      "within_range_stg_airports_latitude__90___90",
    ],
    ["not_null", "t", {}, "not_null_t_"],
  ] as const)("%s of %s", (name, target, args, full) => {
    expect(nameTest(name, target, args)).toEqual({ short: full, full });
  });

  test("a long name is cut and hashed", () => {
    const args = { column_name: "origin", to: "ref('stg_airports')", field: "airport_code" };
    expect(nameTest("relationships", "stg_flights", args)).toEqual({
      short: "relationships_stg_flights_8700d44ac1c54ff5aa28cb89e62d19ee",
      full: "relationships_stg_flights_origin__airport_code__ref_stg_airports_",
    });
  });

  test("the id ends in a hash of name and arguments", () => {
    const kwargs = {
      column_name: "origin",
      to: "ref('stg_airports')",
      field: "airport_code",
      model: "{{ get_where_subquery(ref('stg_flights')) }}",
    };
    const name = "relationships_stg_flights_origin__airport_code__ref_stg_airports_";
    expect(hashTest(name, { namespace: null, name: "relationships", kwargs })).toBe("23297e55ec");
    const range = {
      minimum: -90,
      maximum: 90,
      column_name: "latitude",
      model: "{{ get_where_subquery(ref('stg_airports')) }}",
    };
    const rangeName = "within_range_stg_airports_latitude__90___90";
    expect(hashTest(rangeName, { namespace: null, name: "within_range", kwargs: range })).toBe(
      "1280e9edd9",
    );
  });
});
