import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Maker, openMaker } from "../fixtures/make-things.ts";
import { openTestService, type TestService } from "../fixtures/open-test-service.ts";
import { PUBLISHED_OPERATIONS, UNPUBLISHED_OPERATIONS } from "./published-operations.ts";

let service: TestService;
let maker: Maker;
beforeAll(async () => {
  service = await openTestService();
  maker = await openMaker(service);
});
afterAll(async () => {
  await service.close();
});

const OPERATIONS = [PUBLISHED_OPERATIONS, UNPUBLISHED_OPERATIONS]
  .flatMap((operations) => Object.entries(operations))
  .flatMap(([address, methods]) => methods.map((method) => ({ method, address })));

function fill(address: string): string {
  return address
    .replace("{account_id}", "16173")
    .replace("{project_id}", "36467")
    .replaceAll(/\{\w+\}/gu, "2000000000");
}

describe("every operation that dbt Cloud publishes", () => {
  test("is there: nobody without a token learns more than that he has none (J6)", async () => {
    for (const { method, address } of OPERATIONS) {
      const answer = await service.ask(method, fill(address), undefined, {
        authorization: "Token x",
      });
      expect([method, address, answer.status]).toEqual([method, address, 401]);
    }
  });

  test("is implemented or answers 501 in the envelope with its name, never as if it were not there (J6)", async () => {
    const missing: string[] = [];
    for (const { method, address } of OPERATIONS) {
      if (method === "DELETE" && address.endsWith("/bulk/")) continue;
      const { status, body } = await maker.ask(
        method,
        fill(address),
        method === "GET" ? undefined : {},
      );
      expect(body.status.user_message).not.toMatch(/^There is no /u);
      if (status !== 501) continue;
      expect(body).toMatchObject({
        status: { code: 501, is_success: false, user_message: expect.stringContaining(address) },
        data: null,
      });
      missing.push(`${method} ${address}`);
    }
    expect(missing).toContain("GET /api/v3/accounts/{account_id}/groups/");
    expect(missing).toContain("POST /api/v3/accounts/{account_id}/webhooks/subscriptions");
    expect(missing).not.toContain("GET /api/v2/accounts/{account_id}/jobs/");
    expect(missing).not.toContain("GET /api/v2/accounts/{account_id}/encryptions/");
  });
});
