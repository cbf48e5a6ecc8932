import { describe, expect, test } from "vitest";
import { findOperation, planRequest } from "./api-request.ts";
import { loadOperations } from "./load-operations.ts";

const OPERATIONS = loadOperations();

function plan(id: string, fields: readonly (readonly [string, string])[], body?: unknown) {
  return planRequest(findOperation(OPERATIONS, [id]), fields, body);
}

describe("api call (U25)", () => {
  test("sorts fields into path, query and body, as the OpenAPI document says", () => {
    expect(
      plan("listDagRuns", [
        ["dag_id", "a/b"],
        ["limit", "2"],
        ["order_by", "-run_after"],
      ]),
    ).toEqual({
      method: "GET",
      path: "/api/v2/dags/a%2Fb/dagRuns?limit=2&order_by=-run_after",
      body: undefined,
    });
    expect(
      plan("patchPool", [
        ["pool_name", "w"],
        ["slots", "4"],
        ["description", "4"],
      ]),
    ).toEqual({
      method: "PATCH",
      path: "/api/v2/pools/w",
      body: { slots: 4, description: "4" },
    });
  });

  test("adds fields to a body that is given whole", () => {
    expect(
      plan(
        "triggerDagRun",
        [
          ["dag_id", "d"],
          ["note", "x"],
        ],
        { conf: { a: 1 } },
      ).body,
    ).toEqual({
      conf: { a: 1 },
      note: "x",
    });
  });

  test.each<readonly [string, readonly (readonly [string, string])[], unknown, RegExp]>([
    ["getDag", [], undefined, /"dag_id" is missing: pass -f dag_id=<value>/u],
    [
      "getDag",
      [
        ["dag_id", "d"],
        ["colour", "x"],
      ],
      undefined,
      /there is no field "colour": expected dag_id/u,
    ],
    ["getDag", [["dag_id", "d"]], {}, /it takes no body/u],
    ["createPool", [["slots", "1"]], [1], /only where it is a JSON object/u],
  ])("%s with %j and body %j is refused", (id, fields, body, message) => {
    expect(() => plan(id, fields, body)).toThrow(message);
  });

  test("finds an operation by its name, by method and path, and by a path alone", () => {
    const route = "GET /api/v2/pools/{pool_name}";
    for (const words of [["getPool"], [route], route.split(" "), ["/api/v2/pools/{pool_name}"]]) {
      expect(findOperation(OPERATIONS, words).id).toBe("getPool");
    }
    expect(() => findOperation(OPERATIONS, ["getpool"])).toThrow(/did you mean getPool/u);
    expect(() => findOperation(OPERATIONS, ["bogus"])).toThrow(/"airloom api ls" lists them/u);
  });

  test("every operation can be listed but the stream of events", () => {
    const ids = OPERATIONS.map(({ id }) => id);
    expect(ids).toContain("listUserGrants");
    expect(ids).not.toContain("streamEvents");
  });
});
