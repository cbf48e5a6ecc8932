import { describe, expect, test } from "vitest";
import { injectCtes, writeCte } from "./inject-ctes.ts";

const CTES = [{ id: "model.p.a", sql: writeCte("a", "select 1") }];

describe("injectCtes()", () => {
  test.each([
    ["select * from t", "with __dbt__cte__a as (\nselect 1\n) select * from t"],
    [
      "with b as (select 2) select * from b",
      "with  __dbt__cte__a as (\nselect 1\n), b as (select 2) select * from b",
    ],
    [
      "-- why\nWITH b as (select 2) select 1",
      "-- why\nWITH  __dbt__cte__a as (\nselect 1\n), b as (select 2) select 1",
    ],
    [
      "with recursive r as (select 1) select 1",
      "with recursive  __dbt__cte__a as (\nselect 1\n), r as (select 1) select 1",
    ],
    [
      "/* with */ select within from t",
      "/* with */ with __dbt__cte__a as (\nselect 1\n) select within from t",
    ],
  ])("%j", (sql, expected) => {
    expect(injectCtes(sql, CTES)).toBe(expected);
  });

  test("leaves a query without ephemeral models alone", () => {
    expect(injectCtes("select 1", [])).toBe("select 1");
  });
});
