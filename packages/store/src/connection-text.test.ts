import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseConnectionText } from "./connection-text.ts";

const EMPTY = {
  connectionId: "c",
  description: null,
  host: null,
  login: null,
  password: null,
  schema: null,
  port: null,
  extra: null,
};

describe("parseConnectionText()", () => {
  test.each([
    [
      "dbt-cloud://70471:t0ken@cloud.getdbt.com",
      { connType: "dbt_cloud", login: "70471", password: "t0ken", host: "cloud.getdbt.com" },
    ],
    ["dbt-cloud://70471:t0ken@", { connType: "dbt_cloud", login: "70471", password: "t0ken" }],
    [
      "dbt-cloud://:t0ken@ab123.us1.dbt.com",
      { connType: "dbt_cloud", password: "t0ken", host: "ab123.us1.dbt.com" },
    ],
    [
      "postgresql://u:p%40%2F@db:5432/main?sslmode=require",
      {
        connType: "postgres",
        login: "u",
        password: "p@/",
        host: "db",
        port: 5432,
        schema: "main",
        extra: '{"sslmode":"require"}',
      },
    ],
    ["http://https%3A%2F%2Fapi.example.com", { connType: "http", host: "https://api.example.com" }],
    [
      "aws://?__extra__=%7B%22a%22%3A%7B%22b%22%3A1%7D%7D",
      { connType: "aws", extra: '{"a":{"b":1}}' },
    ],
    ["sqlite:///tmp/x.db", { connType: "sqlite", schema: "tmp/x.db" }],
    ["x://[::1]:80", { connType: "x", host: "[::1]", port: 80 }],
    [
      '{"conn_type": "http", "login": 12, "port": "80", "extra": {"a": 1}}',
      { connType: "http", login: "12", port: 80, extra: '{"a":1}' },
    ],
    [
      '{"conn_type": "http", "extra": "raw", "description": "d", "schema": "s"}',
      { connType: "http", extra: "raw", description: "d", schema: "s" },
    ],
    [
      '{"conn_type": "http", "dags": ["sales_*", "tag:a"], "extra_dejson": {"a": 1}}',
      { connType: "http", dags: ["sales_*", "tag:a"], extra: '{"a":1}' },
    ],
    ['{"conn_type": "http", "dags": "b, a"}', { connType: "http", dags: ["a", "b"] }],
    ['{"conn_type": "http", "dags": null}', { connType: "http", dags: null }],
    ["x://h?__dags__=tag%3Aa%2Cb_*", { connType: "x", host: "h", dags: ["b_*", "tag:a"] }],
    ["x://h?__dags__=b&__dags__=a", { connType: "x", host: "h", dags: ["a", "b"] }],
    ["x://h?__extra__=%7B%7D&__dags__=b", { connType: "x", host: "h", extra: "{}", dags: ["b"] }],
  ])("reads %s", (text, expected) => {
    expect(parseConnectionText("c", text)).toEqual({ ...EMPTY, ...expected });
  });

  test.each([
    "nonsense",
    "://host",
    "x://h:99999",
    "x://%zz@h",
    "{",
    "{}",
    '{"conn_type": ["x"]}',
    '{"conn_type": "x", "port": "y"}',
    '{"conn_type": "x", "dags": 1}',
    '{"conn_type": "x", "dags": [{}]}',
    '{"conn_type": "x", "dag": ["a"]}',
  ])("refuses %s", (text) => {
    expect(() => parseConnectionText("c", text)).toThrow('Cannot read connection "c"');
  });

  test.each(['{"conn_type": "x", "dags": []}', "x://h?__dags__=", "x://h?__dags__=a%20b"])(
    "refuses %s, which would open the connection to nobody or everybody (S3)",
    (text) => {
      expect(() => parseConnectionText("c", text)).toThrow(
        'Cannot read the Dags of connection "c"',
      );
    },
  );

  test("names a field that it does not know, unless it may be a secret in the wrong place (S3)", () => {
    const read = (name: string) => () =>
      parseConnectionText("c", JSON.stringify({ conn_type: "x", [name]: "y" }));
    expect(read("dag")).toThrow(/its field "dag" is none of conn_id, .*dags/u);
    expect(read("s3cr3t://")).toThrow(/one of its fields is none of/u);
    expect(read("s3cr3t://")).not.toThrow(/s3cr3t/u);
  });

  test("a refusal never quotes the text", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9]{12,20}$/u), (secret) => {
        for (const text of [`x://u:${secret}@h:port`, `{"password": "${secret}"`, `${secret}@h`]) {
          expect(() => parseConnectionText("c", text)).toThrow(
            expect.not.objectContaining({ message: expect.stringContaining(secret) }),
          );
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test("any login and password survive the way into a URI and back", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (login, password) => {
        const text = `x://${encodeURIComponent(login)}:${encodeURIComponent(password)}@h`;
        expect(parseConnectionText("c", text)).toMatchObject({ login, password, host: "h" });
      }),
      { numRuns: 1_000 },
    );
  });
});
