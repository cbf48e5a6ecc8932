import type { Connection } from "@airloom/sdk";
import { describe, expect, test } from "vitest";
import { parseConnection } from "./connection.ts";

const CONNECTION: Connection = {
  connectionId: "dbt",
  connType: "dbt_cloud",
  description: null,
  host: null,
  login: "16173",
  password: "secret",
  schema: null,
  port: null,
  extra: '{"proxies": {"https": "http://proxy"}}',
};

describe("parseConnection()", () => {
  test.each([
    [null, "https://cloud.getdbt.com"],
    ["", "https://cloud.getdbt.com"],
    ["ab123.us1.dbt.com", "https://ab123.us1.dbt.com"],
    ["localhost:8443", "https://localhost:8443"],
    ["http://localhost:8081", "http://localhost:8081"],
    ["https://dbt.example.com/", "https://dbt.example.com"],
  ])("takes Tenant %j for %s", (host, baseUrl) => {
    expect(parseConnection({ ...CONNECTION, host }).baseUrl).toBe(baseUrl);
  });

  test("takes a port that stands beside the host", () => {
    expect(parseConnection({ ...CONNECTION, host: "localhost", port: 8443 }).baseUrl).toBe(
      "https://localhost:8443",
    );
  });

  test.each([
    [{ password: null }, "it has no API Token"],
    [{ password: " " }, "it has no API Token"],
    [{ login: "acme" }, 'Account ID "acme" is no number'],
    [{ host: "http://" }, 'Tenant "http://" is neither'],
  ])("refuses %j", (change, said) => {
    expect(() => parseConnection({ ...CONNECTION, ...change })).toThrow(said);
  });

  test("leaves the account to the task when the connection names none", () => {
    expect(parseConnection({ ...CONNECTION, login: null }).accountId).toBeNull();
  });
});
