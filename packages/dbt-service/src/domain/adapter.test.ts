import { describe, expect, test } from "vitest";
import { normalizeConnection } from "./adapter.ts";

const SNOWFLAKE = {
  adapter_version: "snowflake_v0",
  config: { account: "ours", database: "d", warehouse: "w", oauth_client_secret: "s" },
};

function edit(config: Readonly<Record<string, string | number | null>>, before = SNOWFLAKE) {
  return normalizeConnection({ adapter_version: before.adapter_version, config }, before)["config"];
}

describe("normalizeConnection()", () => {
  test("leaves a saved secret behind when the connection is moved to another account (S7)", () => {
    expect(edit({ account: "theirs" })).toEqual({
      account: "theirs",
      database: "d",
      warehouse: "w",
    });
    expect(edit({ account: null })).not.toHaveProperty("oauth_client_secret");
  });

  test("takes a secret that is given anew along, and keeps one where nothing moves (S7)", () => {
    expect(edit({ account: "theirs", oauth_client_secret: "new" })).toMatchObject({
      account: "theirs",
      oauth_client_secret: "new",
    });
    expect(edit({ warehouse: "big", account: "ours" })).toMatchObject({ oauth_client_secret: "s" });
    expect(edit({})).toMatchObject({ oauth_client_secret: "s" });
  });

  test.each([
    ["databricks_v0", { host: "ours", http_path: "p", client_secret: "s" }, { host: "theirs" }],
    ["databricks_v0", { host: "ours", http_path: "p", client_secret: "s" }, { http_path: "q" }],
    ["bigquery_v0", { project_id: "p", private_key: "s" }, { token_uri: "https://theirs" }],
    ["bigquery_v0", { project_id: "p", private_key: "s" }, { api_endpoint: "https://theirs" }],
  ])(
    "an edit of %s that may send its secret elsewhere takes it away (S7)",
    (version, config, change) => {
      const before = { adapter_version: version, config };
      const after = normalizeConnection({ adapter_version: version, config: change }, before);
      expect(JSON.stringify(after)).not.toContain('"s"');
    },
  );

  test.each([
    ["bigquery_v0", "private_key"],
    ["databricks_v0", "client_secret"],
  ])(
    "a list that %s is given back as it was moves nothing, and another one does (S7)",
    (version, secret) => {
      const config = { scopes: ["a", "b"], [secret]: "s" };
      const before = { adapter_version: version, config };
      const save = (scopes: readonly string[]) =>
        normalizeConnection({ adapter_version: version, config: { scopes } }, before)["config"];
      expect(save(["a", "b"])).toHaveProperty(secret, "s");
      expect(save(["a", "c"])).not.toHaveProperty(secret);
    },
  );

  test("another adapter knows nothing of what there was (S7)", () => {
    const given = { adapter_version: "databricks_v0", config: { host: "h" } };
    expect(normalizeConnection(given, SNOWFLAKE)["config"]).toEqual({ host: "h" });
  });
});
