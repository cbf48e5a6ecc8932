import { OPERATIONS, type OperationSpec, ROUTES } from "@airloom/api";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestServer, type TestServer } from "../../testing/open-test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

type Method = "GET" | "POST" | "PATCH" | "DELETE";

const SPECS = new Map<string, OperationSpec>(Object.entries(OPERATIONS));
const SKIPPED = new Set(["streamEvents", "logout", "login", "createToken"]);
const TARGETS = Object.entries(ROUTES)
  .filter(([id]) => !SKIPPED.has(id))
  .map(([id, route]) => ({ id, route, spec: SPECS.get(id) }));

const NASTY: readonly unknown[] = [
  -1,
  1e9,
  Number.POSITIVE_INFINITY,
  2 ** 53,
  Number.MIN_SAFE_INTEGER,
  "",
  "\u0000",
  "a\u0000b",
  "\ud800",
  "\u202egnp.exe",
  "../../etc/passwd",
  "%2e%2e%2f",
  "';drop table airloom.dag;--",
  "{{ 7*7 }}",
  "<script>alert(1)</script>",
  "~",
  "%",
  "_%_",
  "x".repeat(5_000),
  "-275760-01-01T00:00:00Z",
  "9999-12-31T23:59:59Z",
  "0000-01-01T00:00:00Z",
  "2026-02-30T00:00:00Z",
  null,
  true,
  [],
  {},
  [[[]]],
  { __proto__: null, constructor: { prototype: { polluted: true } } },
];

const anyNasty = fc.constantFrom(...NASTY);
const anyQueryName = fc.constantFrom(
  "limit",
  "offset",
  "order_by",
  "state",
  "map_index",
  "try_number",
  "token",
  "tags",
  "run_after_gte",
  "duration_lt",
  "before",
  "version_number",
  "dag_ids",
  "dag_id_pattern",
  "run_id_pattern",
  "update_mask",
  "unknown",
);

function bodyFieldsOf(spec: OperationSpec | undefined): readonly string[] {
  const body = spec?.body;
  return body !== undefined && "shape" in body && typeof body.shape === "object"
    ? Object.keys(body.shape ?? {})
    : ["unknown"];
}

const anyCall = fc.constantFrom(...TARGETS).chain(({ route, spec }) =>
  fc.record({
    route: fc.constant(route),
    names: fc.infiniteStream(fc.oneof(anyNasty, fc.constantFrom("flights", "extract"))),
    query: fc.array(fc.tuple(anyQueryName, anyNasty), { maxLength: 3 }),
    body: fc.dictionary(
      fc.oneof(fc.constantFrom(...bodyFieldsOf(spec)), fc.constant("unknown")),
      fc.oneof(anyNasty, fc.jsonValue({ maxDepth: 2 })),
      { maxKeys: 4 },
    ),
  }),
);

function encode(value: unknown): string {
  try {
    return encodeURIComponent(typeof value === "string" ? value : JSON.stringify(value));
  } catch {
    // A lone surrogate cannot be written in an address.
    return "%ED%A0%80";
  }
}

describe("whatever is sent", () => {
  test("nothing fails inside, and no answer tells of the inside", async () => {
    await fc.assert(
      fc.asyncProperty(anyCall, async ({ route, names, query, body }) => {
        const [method = "", path = ""] = route.split(" ");
        const url = path.replaceAll(/\{\w+\}/gu, () => encode(names.next().value));
        const search = query.map(([name, value]) => `${name}=${encode(value)}`).join("&");
        const answer = await server.app.inject({
          method: asMethod(method),
          url: `${url}?${search}`,
          headers: {
            authorization: `Bearer ${server.tokens.admin}`,
            "content-type": "application/json",
          },
          ...(method === "GET" || method === "DELETE" ? {} : { payload: JSON.stringify(body) }),
        });
        expect(answer.statusCode, `${route} ${url}?${search} ${server.logged.at(-1)}`).toBeLessThan(
          500,
        );
        // A good answer may name places in the author's own files; a refusal names none of ours.
        if (answer.statusCode < 400) return;
        expect(answer.body).not.toMatch(
          /node_modules|\.ts:\d|select .* from airloom|syntax error/u,
        );
      }),
      { numRuns: 500 },
    );
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  function asMethod(text: string): Method {
    return text === "POST" || text === "PATCH" || text === "DELETE" ? text : "GET";
  }

  test.each([
    ["a body that is no JSON", '{"is_paused": tru', 400],
    ["a body that is a list", "[]", 422],
    ["a key that pollutes", '{"__proto__": {"is_paused": true}}', 400],
    ["a field that is not known", '{"is_paused": true, "is_admin": true}', 422],
    ["a field of the wrong type", '{"is_paused": "yes"}', 422],
    ["an empty body", "", 422],
    ["a body over 1 MB", JSON.stringify({ is_paused: "x".repeat(1_100_000) }), 413],
    ["a body 50,000 levels deep", "[".repeat(50_000) + "]".repeat(50_000), 422],
  ])("%s is refused", async (_case, payload, status) => {
    const answer = await server.app.inject({
      method: "PATCH",
      url: "/api/v2/dags/flights",
      headers: {
        authorization: `Bearer ${server.tokens.admin}`,
        "content-type": "application/json",
      },
      payload,
    });
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toHaveProperty("detail");
  });

  test.each([
    "limit=-1",
    "limit=1000000000",
    "limit=x",
    "offset=-1",
    "offset=1e99",
    "paused=maybe",
  ])("?%s is named", async (query) => {
    const answer = await server.app.inject({
      url: `/api/v2/dags?${query}`,
      headers: { authorization: `Bearer ${server.tokens.viewer}` },
    });
    expect(answer.statusCode).toBe(422);
    expect(answer.json().detail).toMatchObject([{ loc: ["query", query.split("=")[0]] }]);
  });

  test("an empty body that calls itself JSON is none: clients announce one on every request", async () => {
    const answer = await server.app.inject({
      method: "DELETE",
      url: "/api/v2/variables/absent",
      headers: {
        authorization: `Bearer ${server.tokens.admin}`,
        "content-type": "application/json; charset=utf-8",
      },
    });
    expect(answer.statusCode).toBe(404);
  });

  test("form bodies are not read", async () => {
    const answer = await server.app.inject({
      method: "POST",
      url: "/auth/token",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      payload: "username=admin&password=admin",
    });
    expect(answer.statusCode).toBe(415);
  });

  test("a broken escape in an address is the caller's fault", async () => {
    const answer = await server.app.inject({ url: "/api/v2/dags/%zz" });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toEqual({ detail: "The request is malformed" });
  });
});
