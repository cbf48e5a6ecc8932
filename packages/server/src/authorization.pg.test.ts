import { OPERATIONS, type OperationSpec, ROUTES } from "@airloom/api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  openTestServer,
  ROLES,
  type TestRole,
  type TestServer,
} from "../testing/open-test-server.ts";
import { CANARIES, RUN_ID } from "../testing/seed.ts";
import { buildApp } from "./build-app.ts";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

const RANK = { open: 0, viewer: 1, editor: 2, admin: 3 } as const;
const SPECS = new Map<string, OperationSpec>(Object.entries(OPERATIONS));

const NAMES: Readonly<Record<string, string>> = {
  dag_id: "flights",
  dag_run_id: RUN_ID,
  task_id: "extract",
  task_try_number: "1",
  try_number: "1",
  map_index: "-1",
  xcom_key: "return_value",
  version_number: "1",
  import_error_id: "1",
  connection_id: "dbt_cloud_default",
  variable_key: "api_token",
  pool_name: "maintenance",
  username: "viewer",
  session_id: "1",
};

interface Operation {
  readonly id: string;
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  readonly path: string;
  readonly spec: OperationSpec;
}

const OPERATION_LIST: readonly Operation[] = Object.entries(ROUTES).map(([id, route]) => {
  const [method = "", path = ""] = route.split(" ");
  const spec = SPECS.get(id);
  if (spec === undefined || !isMethod(method)) throw new Error(`Bad route ${route}`);
  return { id, method, path, spec };
});

function isMethod(text: string): text is Operation["method"] {
  return ["GET", "POST", "PATCH", "DELETE"].includes(text);
}

/** Reads name what is there; changes name what is not, so that nothing is lost to the next test. */
function urlOf({ method, path }: Operation): string {
  return path.replaceAll(/\{(\w+)\}/gu, (_match, name: string) => {
    const isCounted = name.endsWith("_number") || name.endsWith("_index");
    return encodeURIComponent(method === "GET" || isCounted ? (NAMES[name] ?? "x") : "nobody");
  });
}

async function call(operation: Operation, role: TestRole | null) {
  return server.app.inject({
    method: operation.method,
    url: urlOf(operation),
    headers: role === null ? {} : { authorization: `Bearer ${server.tokens[role]}` },
    ...(operation.spec.body === undefined ? {} : { payload: {} }),
  });
}

describe("every operation", () => {
  test.each(OPERATION_LIST)("$id refuses whoever may not call it", async (operation) => {
    const needed = RANK[operation.spec.access];
    const anonymous = await call(operation, null);
    if (needed === 0) expect([401, 403]).not.toContain(anonymous.statusCode);
    else expect(anonymous.statusCode).toBe(401);

    // Signing out ends the session the other tests use; the stream never ends by itself.
    if (operation.id === "logout" || operation.id === "streamEvents") return;
    for (const role of ROLES) {
      const { statusCode } = await call(operation, role);
      if (RANK[role] < needed) expect(statusCode).toBe(403);
      else expect([401, 403]).not.toContain(statusCode);
      expect(statusCode).toBeLessThan(500);
    }
  });

  const reads = OPERATION_LIST.filter(
    ({ method, id }) => method === "GET" && id !== "streamEvents" && id !== "getMappedTaskInstance",
  );
  test.each(reads)("$id answers what the contract says, and no secret", async (operation) => {
    const answer = await call(operation, "admin");
    expect(answer.statusCode).toBe(200);
    const parsed = operation.spec.response?.safeParse(answer.json());
    expect(parsed?.error).toBeUndefined();
    for (const canary of Object.values(CANARIES)) expect(answer.body).not.toContain(canary);
  });
});

test("an address nobody serves tells nothing", async () => {
  const answer = await server.app.inject({ url: "/api/v2/config" });
  expect(answer.statusCode).toBe(404);
  expect(answer.json()).toEqual({ detail: "Cannot find this address" });
});

test.each([
  ["an answer", "/api/v2/version"],
  ["a refusal", "/api/v2/dags"],
  ["nothing", "/api/v2/nothing"],
])("%s carries the headers that browsers protect people with", async (_what, url) => {
  const { headers } = await server.app.inject({ url });
  expect(headers["content-security-policy"]).not.toContain("unsafe");
  for (const directive of ["object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"]) {
    expect(headers["content-security-policy"]).toContain(directive);
  }
  expect(headers).toMatchObject({
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
  });
  expect(headers["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/u);
});

test("an address that cannot be read is refused with headers of its own", async () => {
  const { statusCode, headers } = await server.app.inject({ url: "/api/v2/dags/%zz" });
  expect([statusCode, headers["x-content-type-options"]]).toEqual([400, "nosniff"]);
  expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
});

test("live events carry them too", async () => {
  const app = await buildApp({ ...server.options, isSecure: true });
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  const headers = { authorization: `Bearer ${server.tokens.viewer}` };
  const { headers: answered, body } = await fetch(`${url}/ui/events`, { headers });
  expect(answered.get("content-security-policy")).toContain("frame-ancestors 'none'");
  expect(answered.get("referrer-policy")).toBe("same-origin");
  expect(answered.get("strict-transport-security")).toBe("max-age=31536000; includeSubDomains");
  await body?.cancel();
  await app.close();
});

test("the document is served", async () => {
  const answer = await server.app.inject({ url: "/openapi.json" });
  expect(answer.json()).toMatchObject({ openapi: "3.1.0" });
});
