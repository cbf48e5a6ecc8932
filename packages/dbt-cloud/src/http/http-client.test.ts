import { createServer, type Server } from "node:http";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isTransient } from "./dbt-cloud-error.ts";
import { HttpClient } from "./http-client.ts";
import { RequestBudget } from "./request-budget.ts";
import { openWallTiming } from "./timing.ts";

describe("HttpClient", () => {
  let server: Server;
  let baseUrl: string;
  beforeEach(async () => {
    server = createServer(() => undefined);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    baseUrl = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  test("gives up on an answer that does not come in time, as on what may pass", async () => {
    const client = new HttpClient({
      baseUrl,
      token: "t",
      budget: new RequestBudget({ perMinute: 60, burst: 1 }),
      patienceS: 0,
      timing: openWallTiming(new AbortController().signal),
    });
    const error: unknown = await client
      .getText({ path: "/api/v2/accounts/1/runs/2/", deadlineMs: 30 })
      .catch((thrown: unknown) => thrown);
    expect(String(error)).toBe(
      `DbtCloudError: GET ${baseUrl}/api/v2/accounts/1/runs/2/ did not answer in time`,
    );
    expect(isTransient(error)).toBe(true);
  });
});
