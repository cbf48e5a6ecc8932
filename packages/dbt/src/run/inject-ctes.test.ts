import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { injectCtes, locateInjected, writeCte } from "./inject-ctes.ts";

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

describe("locateInjected()", () => {
  const anyText = fc.array(fc.constantFrom("with ", "-- c\n", " ", "\n", "select", ")", ", "), {
    maxLength: 6,
  });

  test("finds every character of every query again", () => {
    fc.assert(
      fc.property(anyText, fc.array(anyText, { maxLength: 3 }), (own, others) => {
        const sql = own.join("");
        const ctes = others.map((parts, at) => ({
          id: String(at),
          sql: writeCte(`m${at}`, parts.join("")),
        }));
        const written = injectCtes(sql, ctes);
        const found = new Map<string | undefined, string>();
        for (let at = 0; at < written.length; at += 1) {
          const place = locateInjected(sql, ctes, at);
          if (place === undefined) continue;
          const text = found.get(place.cte) ?? "";
          expect(place.offset).toBe(text.length);
          found.set(place.cte, text + (written[at] ?? ""));
        }
        expect(found.get(undefined) ?? "").toBe(sql);
        for (const [at, parts] of others.entries()) {
          expect(found.get(String(at)) ?? "").toBe(parts.join(""));
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
