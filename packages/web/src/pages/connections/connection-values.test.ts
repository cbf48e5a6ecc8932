import type { Connection, UiConnectionType } from "@airloom/api";
import { describe, expect, test } from "vitest";
import {
  bodyOf,
  findProblem,
  isSecretWithheld,
  valuesOf,
  variableNameOf,
} from "./connection-values.ts";
import { connectionTypeOf } from "./general-types.ts";

function field(name: string, kind: "text" | "secret" | "number", required = false) {
  return { name, label: name, kind, required, placeholder: null, help: null, options: [] };
}

const TYPE: UiConnectionType = {
  conn_type: "dbt_cloud",
  label: "dbt Cloud",
  fields: [
    field("login", "text"),
    field("password", "secret", true),
    field("port", "number"),
    field("extra.region", "text"),
  ],
};

const STORED: Connection = {
  connection_id: "c",
  conn_type: "dbt_cloud",
  description: null,
  host: null,
  login: "1",
  schema: null,
  port: 443,
  password: null,
  has_password: true,
  extra: '{"region":"eu","proxies":{"https":"p"}}',
  origin: "database",
  dags: ["sales_*", "tag:finance"],
  updated_at: null,
  team_name: null,
};

describe("bodyOf()", () => {
  test("an empty secret is left out, so that it keeps its value", () => {
    expect(bodyOf("c", TYPE, { values: valuesOf(STORED), stored: STORED })).not.toHaveProperty(
      "password",
    );
  });

  test("a typed secret is sent", () => {
    const values = { ...valuesOf(STORED), password: "t" };
    expect(bodyOf("c", TYPE, { values, stored: STORED })).toMatchObject({
      password: "t",
      port: 443,
    });
  });

  test("an emptied field is cleared, and what the form does not show stays", () => {
    const values = { ...valuesOf(STORED), login: "", "extra.region": "us" };
    const body = bodyOf("c", TYPE, { values, stored: STORED });
    expect(body.login).toBeNull();
    expect(JSON.parse(body.extra ?? "")).toEqual({ proxies: { https: "p" }, region: "us" });
  });
});

test.each([
  ["sales_*, tag:Finance & Co", ["sales_*", "tag:Finance & Co"]],
  ["a,", ["a"]],
  [" ", null],
  [",", []],
])("the Dags %j are sent as %j (S3)", (dags, sent) => {
  const values = { ...valuesOf(STORED), dags };
  expect(bodyOf("c", TYPE, { values, stored: STORED }).dags).toEqual(sent);
});

test("the Dags of a stored connection stay as they are when nobody touches them (S3)", () => {
  const form = { values: valuesOf(STORED), stored: STORED };
  expect(bodyOf("c", TYPE, form).dags).toEqual(STORED.dags);
});

describe("a type without a form of its own", () => {
  const type = connectionTypeOf([TYPE], "postgres");

  test("sends each field under its own name, the port as a number and what is empty as null", () => {
    const values = { host: "db.internal", login: "loader", password: "p", port: "5432" };
    expect(bodyOf("c", type, { values, stored: undefined })).toEqual({
      connection_id: "c",
      conn_type: "postgres",
      dags: null,
      description: null,
      host: "db.internal",
      login: "loader",
      password: "p",
      port: 5432,
      schema: null,
    });
  });

  test("shows its extra as it is and saves it as typed", () => {
    const values = valuesOf(STORED);
    expect(values["extra"]).toBe(STORED.extra);
    const body = bodyOf("c", type, { values: { ...values, extra: '{"a":1}' }, stored: STORED });
    expect(body.extra).toBe('{"a":1}');
  });

  test("loses an extra that was emptied", () => {
    const values = { ...valuesOf(STORED), extra: "" };
    expect(bodyOf("c", type, { values, stored: STORED }).extra).toBeNull();
  });

  test.each(["{", "[1]", '"a"'])("refuses %s as extra", (extra) => {
    expect(findProblem("c", type, { values: { extra }, stored: undefined })).toContain("Extra");
  });
});

test.each([
  ["bad id", {}, "letters"],
  ["ok", {}, "password is needed"],
  ["ok", { password: "x", port: "80a" }, "Port"],
])("a form with id %s and %j says what is wrong", (id, values, words) => {
  expect(findProblem(id, TYPE, { values, stored: undefined })).toContain(words);
});

test("a stored secret counts as filled in", () => {
  expect(findProblem("c", TYPE, { values: valuesOf(STORED), stored: STORED })).toBeUndefined();
  expect(findProblem("c", undefined, { values: {}, stored: undefined })).toContain("type");
});

test.each([
  [{}, false],
  [{ login: "2" }, false],
  [{ host: "evil.example" }, true],
  [{ host: "evil.example", password: "typed" }, false],
])("with %j changed the stored secret stays at home: %s", (changed, isWithheld) => {
  const values = { ...valuesOf(STORED), ...changed };
  expect(isSecretWithheld(TYPE, { values, stored: STORED })).toBe(isWithheld);
});

test("the environment variable is the id in capitals", () => {
  expect(variableNameOf("my.db-1")).toBe("AIRLOOM_CONN_MY_DB_1");
});
