import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseListQuery, parseListValue } from "./list-query.ts";

describe("parseListValue()", () => {
  const name = fc.stringMatching(/^[a-z_]{1,12}$/u);

  test("reads the same members out of every form clients send", () => {
    fc.assert(
      fc.property(fc.uniqueArray(name), (names) => {
        const forms = [
          names,
          [names.join(",")],
          [JSON.stringify(names)],
          [`[${names.join(", ")}]`],
          [`[${names.map((text) => `'${text}'`).join(",")}]`],
          [`,${names.join(",,")},`],
        ];
        for (const form of forms) expect(parseListValue(form)).toEqual(names);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("parseListQuery()", () => {
  test.each([
    [{}, 100, 0],
    [{ limit: ["10"], offset: ["5"] }, 10, 5],
    [{ limit: ["100000"] }, 100, 0],
    [{ limit: ["-1"], offset: ["-1"] }, 1, 0],
    [{ limit: ["x"], offset: ["1e99"] }, 100, 0],
  ])("%j is limit %d and offset %d", (values, limit, offset) => {
    expect(parseListQuery(values, 1)).toMatchObject({ limit, offset });
  });

  test.each(["id; drop table runs", "-created_at--", "a b"])(
    "orders by id when asked for %j",
    (order) => {
      expect(parseListQuery({ order_by: [order] }, 1).orderBy).toBe("id");
    },
  );
});
