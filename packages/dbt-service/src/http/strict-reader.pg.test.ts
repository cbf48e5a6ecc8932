import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listTestRoutes } from "../fixtures/list-test-routes.ts";
import { type HasId, openTestService, type TestService } from "../fixtures/open-test-service.ts";
import { SEED_IDS } from "../seed-service.ts";
import { TokenStore } from "../store/token-store.ts";
import { listFilterNames } from "./read-filter.ts";
import type { Route } from "./route.ts";
import type { Shape } from "./shape.ts";

let service: TestService;
let routes: readonly Route[];
let token: string;
let tokenId: number;
let runId: number;
beforeAll(async () => {
  service = await openTestService();
  routes = await listTestRoutes(service);
  const made = await new TokenStore(service.database).create({
    accountId: SEED_IDS.account,
    name: "admin",
    permissionGrants: [{ permissionSet: "account_admin", projectId: null }],
    expiresAt: null,
  });
  token = made.text;
  tokenId = made.row.id;
  const { body } = await service.ask<HasId>(
    "POST",
    `/api/v2/accounts/${SEED_IDS.account}/jobs/${SEED_IDS.job}/run/`,
    { cause: "test" },
  );
  runId = body.data.id;
});
afterAll(async () => {
  await service.close();
});

async function ask({ method, path }: Route, query: string, body?: unknown) {
  const ids = {
    account: SEED_IDS.account,
    project: SEED_IDS.project,
    job: SEED_IDS.job,
    token: tokenId,
    run: runId,
  };
  const known = new Map(Object.entries(ids).map(([name, id]) => [`:${name}`, String(id)]));
  const url = path.replaceAll(/:\w+|\*/gu, (name) => known.get(name) ?? "1");
  const answer = await service.ask(method, `${url}?${query}`, body, {
    authorization: `Token ${token}`,
  });
  return [method, path, answer.status, answer.body.status.user_message] as const;
}

/** Values that do not have the shape, one for each place in it, with the place's name. */
function listWrong(shape: Shape, name: string): readonly (readonly [string, unknown])[] {
  switch (shape.kind) {
    case "object":
      return [
        [name, "text"],
        ...Object.entries(shape.fields).flatMap(([key, of]) =>
          listWrong(of, name === "" ? key : `${name}.${key}`).map(
            ([place, wrong]) => [place, { [key]: wrong }] as const,
          ),
        ),
      ];
    case "list":
      return [
        [name, "text"],
        ...listWrong(shape.of, `${name}[0]`).map(([place, wrong]) => [place, [wrong]] as const),
      ];
    case "anything":
      return [];
    default:
      return [[name, shape.kind === "text" ? 5 : ["wrong"]]];
  }
}

// Hundreds of requests each.
describe("every operation (J11)", { timeout: 300_000 }, () => {
  test("refuses a body it cannot read and names the field, at every place of every body", async () => {
    let tried = 0;
    for (const route of routes) {
      const shape = route.takes?.body;
      if (shape === undefined) continue;
      for (const [place, wrong] of listWrong(shape, "").filter(([name]) => name !== "")) {
        tried += 1;
        const isList = place.startsWith("[");
        const name = isList ? `the body${place}` : place;
        expect(await ask(route, "", wrong)).toEqual([
          route.method,
          route.path,
          400,
          expect.stringContaining(`Cannot read "${name}"`),
        ]);
      }
      for (const whole of ['"text"', "null", "7"]) {
        expect((await ask(route, "", whole)).slice(2)).toEqual([
          400,
          expect.stringMatching(/^Cannot read the body.*: expected/u),
        ]);
      }
    }
    expect(tried).toBeGreaterThan(300);
  });

  test("refuses a query it cannot read and names the parameter, for every parameter", async () => {
    let tried = 0;
    for (const route of routes.filter(({ takes }) => takes?.query !== undefined)) {
      const { list, params = {} } = route.takes?.query ?? {};
      const texts = Object.entries(list?.fields ?? {}).filter(([, { kind }]) => kind === "text");
      const free = new Set(texts.flatMap(([name]) => [name, `${name}__in`, `${name}__icontains`]));
      const names = [
        ...Object.keys(params),
        ...(list === undefined ? [] : ["limit", "offset", "order_by", "state"]),
        ...listFilterNames(list?.fields ?? {}).filter((name) => !free.has(name)),
        "include_related",
      ];
      for (const name of names) {
        tried += 1;
        expect(await ask(route, `${name}=!wrong`)).toEqual([
          route.method,
          route.path,
          400,
          expect.stringContaining(`Cannot read "${name}"`),
        ]);
      }
      if (list === undefined) continue;
      expect(await ask(route, "nosuch__gt=1")).toEqual([
        route.method,
        route.path,
        400,
        expect.stringContaining('Cannot filter by "nosuch__gt"'),
      ]);
    }
    expect(tried).toBeGreaterThan(200);
  });

  test("runs every filter and order that it takes, on the database", async () => {
    const samples = { integer: "1", text: "x", flag: "true", instant: "2026-01-01" } as const;
    for (const route of routes) {
      const list = route.takes?.query?.list;
      if (list === undefined) continue;
      const filters = listFilterNames(list.fields).map((name) => {
        const field = list.fields[name.split("__")[0] ?? ""];
        const sample = samples[field?.kind ?? "text"];
        return `${name}=${name.endsWith("__range") ? `${sample}&${name}=2${sample.slice(1)}` : sample}`;
      });
      const orders = list.orders.map((order) => `order_by=-${order}&state=all`);
      for (const query of [...filters, ...orders]) {
        expect([query, ...(await ask(route, query))]).toEqual([
          query,
          route.method,
          route.path,
          200,
          "Success!",
        ]);
      }
    }
  });
});
