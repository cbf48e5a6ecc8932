import { parseConnectionText, type WrittenConnection } from "@airloom/store";
import { describe, expect, test } from "vitest";
import {
  CONNECTION_FORMATS,
  type ConnectionFormat,
  formatOfFile,
  parseConnections,
  renderConnections,
} from "./connection-file.ts";

const NOTHING = {
  description: null,
  login: null,
  password: null,
  schema: null,
  port: null,
  extra: null,
};
const HARD: readonly WrittenConnection[] = [
  {
    ...NOTHING,
    connectionId: "warehouse",
    connType: "postgres",
    host: "db.example.com",
    login: "a:b@c",
    password: 'sec"ret@/%?#',
    schema: "s/t",
    port: 5432,
    extra: '{"sslmode":"require","nested":{"a":[1,"&="]}}',
  },
  {
    ...NOTHING,
    connectionId: "dbt_cloud",
    connType: "dbt_cloud",
    host: "http://127.0.0.1:8081",
    login: "16173",
    password: "t",
  },
  { ...NOTHING, connectionId: "bare", connType: "http", host: null },
  { ...NOTHING, connectionId: "only-extra", connType: "generic", host: "h", extra: '{"k":"v"}' },
  {
    ...NOTHING,
    connectionId: "for_some",
    connType: "generic",
    host: "h",
    extra: '{"k":"v"}',
    dags: ["sales_*", "tag:R&D no: #1?"],
  },
  { ...NOTHING, connectionId: "for_one", connType: "http", host: null, dags: ["hr"] },
];

function parse(text: string, format: ConnectionFormat) {
  return parseConnections(text, format, (id, one) => parseConnectionText(id, one, "the file"));
}

describe("connections export and import (U25)", () => {
  test.each(CONNECTION_FORMATS)("what is exported as %s is imported as it was", (format) => {
    expect(parse(renderConnections(HARD, format), format)).toEqual(HARD);
  });

  test.each(CONNECTION_FORMATS)("one for every Dag says nothing of Dags as %s (S3)", (format) => {
    const open = HARD.map((one): WrittenConnection => ({ ...one, dags: null }));
    expect(renderConnections(open, format)).not.toContain("dags");
  });

  test("reads what Airflow writes: URIs for values, and variables of a .env", () => {
    const uri = "dbt-cloud://16173:t@ab123.us1.dbt.com";
    const expected = { connectionId: "dbt", connType: "dbt_cloud", login: "16173", password: "t" };
    expect(parse(JSON.stringify({ dbt: uri }), "json")).toMatchObject([expected]);
    expect(parse(`# mine\nexport AIRFLOW_CONN_DBT="${uri}"\n\n`, "env")).toMatchObject([expected]);
    expect(parse(`AIRLOOM_CONN_DBT=${uri}`, "env")).toMatchObject([expected]);
  });

  test.each<readonly [string, ConnectionFormat, RegExp]>([
    ["[1]", "json", /expected an object by connection id/u],
    ["{", "json", /it is no JSON/u],
    ["a: [", "yaml", /it is no YAML/u],
    ["canary", "env", /line 1 is not <connection id>=<URI>/u],
    ['{"a": {"password": "canary"}}', "json", /"conn_type" is missing/u],
    ['{"a": {"conn_type": "x", "port": "canary"}}', "json", /its port is not a whole number/u],
    ['{"a": {"conn_type": "x", "dag": ["canary"]}}', "json", /its field "dag" is none of/u],
    ["a:\n  conn_type: x\n  scopes: [canary]\n", "yaml", /its field "scopes" is none of/u],
  ])("refuses %j as %s without quoting it", (text, format, message) => {
    expect(() => parse(text, format)).toThrow(message);
    expect(() => parse(text, format)).not.toThrow(/canary/u);
  });

  test("a file's name tells its format", () => {
    expect(["a.json", "a.yml", "a.YAML", "a.env", ".env", "a.txt"].map(formatOfFile)).toEqual([
      "json",
      "yaml",
      "yaml",
      "env",
      "env",
      undefined,
    ]);
  });
});
