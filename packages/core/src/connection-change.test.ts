import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { changeConnection } from "./connection-change.ts";
import type { Connection } from "./ports/config-store.ts";

const EXTRA = {
  api_token: "t0ken",
  endpoint: "https://api.example",
  proxies: { https: "http://user:pr0xy@proxy.example:3128" },
  verify: true,
  timeout: 30,
};
const SAVED: Connection = {
  connectionId: "c",
  connType: "http",
  description: null,
  host: "db.example",
  login: "loader",
  password: "s3cr3t",
  schema: "https",
  port: 8443,
  extra: JSON.stringify(EXTRA),
};

function change(fields: Partial<Connection>) {
  return changeConnection({ connectionId: "c", ...fields }, SAVED);
}
const SHOWN = {
  ...EXTRA,
  api_token: "***",
  proxies: { https: "http://user:***@proxy.example:3128" },
};
const extraWith = (fields: object) => JSON.stringify({ ...SHOWN, ...fields });

describe("a saved secret never travels to a new host (S7)", () => {
  test.each<[string, Partial<Connection>]>([
    ["host", { host: "evil.example" }],
    ["no host", { host: null }],
    ["port", { port: 1 }],
    ["schema", { schema: "http" }],
    ["type", { connType: "postgres" }],
    ["a login that holds an address", { login: "x@evil.example/" }],
    ["endpoint", { extra: extraWith({ endpoint: "https://evil.example" }) }],
    ["proxies", { extra: extraWith({ proxies: { https: "http://evil.example" } }) }],
    [
      "a proxy's port",
      { extra: extraWith({ proxies: { https: "http://user:***@proxy.example:1" } }) },
    ],
    ["account host", { extra: extraWith({ account: "evil" }) }],
    ["token_url", { extra: extraWith({ token_url: "https://evil.example" }) }],
    ["a check that is turned off", { extra: extraWith({ verify: false }) }],
    ["an extra that is gone", { extra: "{}" }],
    ["an extra that is no JSON", { extra: "evil" }],
    [
      "host, with the mask sent back",
      { host: "evil.example", password: "***", extra: extraWith({}) },
    ],
    [
      "type, with everything else as it was",
      { ...SAVED, password: "***", connType: "ftp", extra: extraWith({}) },
    ],
  ])("an edit of the %s clears it, and says so", (_name, fields) => {
    const { connection, cleared } = change(fields);
    expect(JSON.stringify(connection)).not.toMatch(/s3cr3t|t0ken|pr0xy/u);
    expect(cleared).toContain("password");
  });

  test.each<[string, Partial<Connection>]>([
    ["nothing", {}],
    ["the description", { description: "prod" }],
    ["a plain login", { login: "other" }],
    [
      "a timeout",
      {
        extra: extraWith({ timeout: 60, proxies: { https: "http://user:***@proxy.example:3128" } }),
      },
    ],
    [
      "the order of an extra",
      { extra: JSON.stringify(Object.fromEntries(Object.entries(EXTRA).toReversed())) },
    ],
    ["an empty field for none", { ...SAVED, password: "***" }],
  ])("an edit of %s keeps it", (_name, fields) => {
    const { connection, cleared } = change(fields);
    expect(connection.password).toBe("s3cr3t");
    expect(connection.extra).toContain("t0ken");
    expect(connection.extra).toContain("pr0xy");
    expect(cleared).toEqual([]);
  });

  test.each<[string, Partial<Connection>]>([
    ["the port", { port: 1 }],
    ["the type, with the mask sent back", { connType: "ftp", host: "https://ann:***@api.example" }],
  ])("an edit of %s clears the one in the host, too, and says so", (_name, fields) => {
    const saved = { ...SAVED, host: "https://ann:h0stpw@api.example" };
    const { connection, cleared } = changeConnection({ connectionId: "c", ...fields }, saved);
    expect(connection.host).toBe("https://ann:@api.example");
    expect(cleared).toContain("host");
  });

  test("one in the schema stays where the text is sent back as it was shown", () => {
    const saved = { ...SAVED, schema: "db?password=sch3ma" };
    const sent = { connectionId: "c", schema: "db?password=***", description: "prod" };
    expect(changeConnection(sent, saved).connection.schema).toBe("db?password=sch3ma");
    expect(changeConnection({ ...sent, port: 1 }, saved).connection.schema).toBe("db?password=");
  });

  test("what the edit gives anew goes along, and only that", () => {
    const { connection, cleared } = change({
      host: "new.example",
      password: "new-one",
      extra: JSON.stringify({ api_token: "new-token", other_secret: "***" }),
    });
    expect(connection).toMatchObject({ host: "new.example", password: "new-one" });
    expect(connection.extra).toContain("new-token");
    expect(cleared).toEqual(["extra.other_secret"]);
  });

  test("a new connection takes what it is given", () => {
    const made = changeConnection({ ...SAVED }, undefined);
    expect(made).toEqual({ connection: SAVED, cleared: [] });
  });

  test("whatever is edited, a secret is kept only for the place it was saved for", () => {
    const text = fc.option(fc.constantFrom("db.example", "evil.example", "https", ""), {
      nil: null,
    });
    const edits = fc.record(
      {
        host: text,
        schema: text,
        port: fc.option(fc.constantFrom(8443, 1), { nil: null }),
        login: text,
        connType: fc.constantFrom("http", "postgres"),
        password: fc.constantFrom("***", "new"),
        extra: fc.constantFrom(
          extraWith({}),
          "{}",
          extraWith({ endpoint: "https://evil.example" }),
        ),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(edits, (edit) => {
        const { connection } = change(edit);
        const isKept = /s3cr3t|t0ken/u.test(JSON.stringify(connection));
        const place = [connection.connType, connection.host, connection.port, connection.schema];
        const saved = [SAVED.connType, SAVED.host, SAVED.port, SAVED.schema];
        if (isKept) expect(place).toEqual(saved);
        if (isKept) expect(connection.extra).toContain("api.example");
      }),
    );
  });
});
