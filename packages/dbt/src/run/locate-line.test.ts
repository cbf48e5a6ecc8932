import { describe, expect, test } from "vitest";
import { findErrorLine, toCompiledLine, toTemplateLine } from "./locate-line.ts";

const RAW = [
  "{{ config(materialized='table') }}",
  "",
  "select",
  "    a,",
  "    {{ b }} as b,",
  "    orign as c",
  "from {{ ref('t') }}",
].join("\n");
const COMPILED = [
  "",
  "",
  "select",
  "    a,",
  "    2 as b,",
  "    orign as c",
  'from "db"."main"."t"',
].join("\n");

describe("from the database's line to the template's", () => {
  test("reads the line of a message", () => {
    expect(findErrorLine('Binder Error: no "orign"\n\nLINE 5:     orign as c\n            ^')).toBe(
      5,
    );
    expect(findErrorLine("IO Error: disk full")).toBeUndefined();
  });

  test("takes the statement around the query away", () => {
    const statement = `create table x as (\n${COMPILED}\n);`;
    const line = statement.split("\n").findIndex((text) => text.includes("orign")) + 1;
    expect(toCompiledLine(statement, COMPILED, line)).toBe(6);
    expect(toCompiledLine(statement, COMPILED, 1)).toBeUndefined();
    expect(toCompiledLine("drop table x", COMPILED, 1)).toBeUndefined();
  });

  test.each([
    [6, 6],
    [5, 5],
    [7, 7],
    [1, undefined],
  ])("line %i of the query is line %s of the template", (compiled, raw) => {
    expect(toTemplateLine(RAW, COMPILED, compiled)).toBe(raw);
  });
});
