import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listTestRoutes } from "../fixtures/list-test-routes.ts";
import { openTestService, type TestService } from "../fixtures/open-test-service.ts";
import { SEED_IDS } from "../seed-service.ts";
import { TokenStore } from "../store/token-store.ts";
import type { Route } from "./route.ts";

let service: TestService;
let routes: readonly Route[];
let tokens: TokenStore;
beforeAll(async () => {
  service = await openTestService();
  tokens = new TokenStore(service.database);
  routes = await listTestRoutes(service);
});
afterAll(async () => {
  await service.close();
});

interface Asked {
  readonly status: number;
  readonly text: string;
}

async function ask({ method, path }: Route, authorization: string | null): Promise<Asked> {
  const ids = { account: SEED_IDS.account, project: SEED_IDS.project, job: SEED_IDS.job };
  const known = new Map(Object.entries(ids).map(([name, id]) => [`:${name}`, String(id)]));
  const url = path.replaceAll(/:\w+|\*/gu, (name) => known.get(name) ?? "1");
  const answer = await fetch(`${service.url}${url}`, {
    method,
    headers: authorization === null ? {} : { authorization },
  });
  return { status: answer.status, text: await answer.text() };
}

/** The text of a token that may do nothing, or not any more. */
async function makeToken(change: { readonly expiresAt?: Date; readonly state?: number } = {}) {
  const { row, text } = await tokens.create({
    accountId: SEED_IDS.account,
    name: "powerless",
    permissionGrants: [],
    expiresAt: change.expiresAt ?? null,
  });
  if (change.state !== undefined) await tokens.save(row.id, { state: change.state });
  return text;
}

describe("every operation", () => {
  test("answers nobody without a token that is good now", async () => {
    const revoked = await makeToken({ state: 2 });
    const expired = await makeToken({ expiresAt: new Date(0) });
    for (const authorization of [
      null,
      "Token dbtc_wrong",
      `Bearer ${revoked}`,
      `Token ${expired}`,
      "Basic YTpi",
    ]) {
      for (const route of routes) {
        const { status, text } = await ask(route, authorization);
        expect([route.method, route.path, status]).toEqual([route.method, route.path, 401]);
        expect(JSON.parse(text)).toMatchObject({ status: { user_message: "Invalid token." } });
      }
    }
  });

  test("is refused, with one text for all, to a token without a permission", async () => {
    const token = await makeToken();
    const guarded = routes.filter(({ operation }) => operation !== null);
    expect(guarded.length).toBeGreaterThan(90);
    const answers = await Promise.all(guarded.map((route) => ask(route, `Token ${token}`)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([404]));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  });

  test("needs a permission, but for what tells the caller of itself", () => {
    const open = routes.filter(({ operation }) => operation === null).map(({ path }) => path);
    expect(open.toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
      "/api/private/session",
      "/api/v2/constants",
      "/api/v2/whoami",
    ]);
  });
});
