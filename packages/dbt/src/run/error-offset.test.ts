import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findErrorOffset } from "./error-offset.ts";

let instance: DuckDBInstance;

beforeAll(async () => {
  instance = await DuckDBInstance.create(":memory:");
});

afterAll(() => instance.closeSync());

async function failureOf(sql: string): Promise<string> {
  const connection = await instance.connect();
  try {
    await connection.run(sql);
    return "";
  } catch (error) {
    return error instanceof Error ? error.message : "";
  } finally {
    connection.closeSync();
  }
}

const LONG = `'${"x".repeat(300)}'`;

describe("findErrorOffset()", () => {
  test.each([
    ["the first line", "select BAD from range(1)"],
    ["a later line", "create view v as (\n\n  select 1 as a,\n    BAD as b from range(1)\n);"],
    ["a line with tabs", "select\n\t\t1,\tBAD\nfrom range(1)"],
    ["a line too long to be shown", `select\n${LONG}, BAD as b, ${LONG}\nfrom range(1)`],
    ["a line cut before", `select\n${LONG}, BAD\nfrom range(1)`],
    ["a line with other letters", "select\n 'äöü', BAD\nfrom range(1)"],
    ["a semicolon in a text", "select ';' as a,\n BAD -- ;\n from range(1);"],
    ["something that is no query", "select 1\nfrom range(1) t(a) BAD"],
    ["the syntax of a later statement", "select 1;\nselect 2\nfrom range(1) t(a) BAD"],
    ["a missing table", "select 1\nfrom BAD"],
  ])("finds %s", async (_, sql) => {
    expect(findErrorOffset(await failureOf(sql), sql)).toBe(sql.indexOf("BAD"));
  });

  test.each([
    ["a message without a line", "select error('no line')"],
    ["a later one of several statements", "select 1;\n\nselect\n  BAD\nfrom range(1);"],
  ])("does not guess for %s", async (_, sql) => {
    expect(findErrorOffset(await failureOf(sql), sql)).toBeUndefined();
  });

  test("does not believe a line that shows other text", () => {
    expect(findErrorOffset("Error: x\n\nLINE 1: abc\n        ^", "select 1")).toBeUndefined();
    expect(findErrorOffset("Error: x\n\nLINE 9: abc\n        ^", "select 1")).toBeUndefined();
  });
});
