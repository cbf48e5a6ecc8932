import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { withoutCommentLines } from "./run/query-comment.ts";
import { useTemporaryProjects } from "./testing/temporary-project.ts";

const project = useTemporaryProjects(afterEach);
const HEAD = "name: shop\nversion: '1.0'\nprofile: shop\n";
const MODEL = "{{ config(materialized='table') }}\nselect 1 as n";

async function statementsOf(files: Readonly<Record<string, string>>): Promise<string> {
  const shop = project({ "models/a.sql": MODEL, ...files });
  const { exitCode, output } = await shop.run("run");
  expect(output).toContain("Completed successfully");
  expect(exitCode).toBe(0);
  const log = readFileSync(join(shop.root, "logs/dbt.log"), "utf8");
  return log.slice(log.indexOf("On model.shop.a: "));
}

describe("query-comment", () => {
  test("is dbt's own when the project says nothing", async () => {
    const log = await statementsOf({});
    expect(log).toMatch(
      /^On model\.shop\.a: \/\* \{"app": "dbt", "dbt_version": "[\d.]+", "profile_name": "shop", "target_name": "dev", "node_id": "model\.shop\.a"\} \*\/\n/u,
    );
  });

  test.each([
    ["a text", "query-comment: run by me\n", /^On model\.shop\.a: \/\* run by me \*\/\n\s*create/u],
    [
      "a template",
      'query-comment: "{{ target.name }} {{ node.name }} {{ node.nothing }}{{ connection_name }}"\n',
      /^On model\.shop\.a: \/\* dev a model\.shop\.a \*\/\n/u,
    ],
    [
      "a macro that is appended",
      'query-comment:\n  comment: "{{ said(node) }}"\n  append: true\n',
      /^On model\.shop\.a: \s*create[^;]*\n\/\* said of a \*\/;?\n/u,
    ],
    ["nothing", "query-comment: ''\n", /^On model\.shop\.a: \s*create/u],
    ["null", "query-comment:\n", /^On model\.shop\.a: \s*create/u],
  ])("is %s", async (_, setting, expected) => {
    const macro =
      "{% macro said(node) %}{{ return('said of ' ~ (node.name if node else 'nobody')) }}{% endmacro %}";
    const log = await statementsOf({
      "dbt_project.yml": HEAD + setting,
      "macros/m.sql": macro,
    });
    expect(log).toMatch(expected);
  });

  test("may not end itself", async () => {
    const shop = project({
      "dbt_project.yml": `${HEAD}query-comment: 'a */ b'\n`,
      "models/a.sql": MODEL,
    });
    const { exitCode, output } = await shop.run("run");
    expect(exitCode).toBe(2);
    expect(output).toContain('query comment contains illegal value "*/": a */ b');
    expect(output).toContain("dbt_project.yml");
  });

  test("does not move the lines of errors", async () => {
    const shop = project({
      "dbt_project.yml": `${HEAD}query-comment: "two\\nlines"\n`,
      "models/a.sql": "select 1 as n,\n  nope\nfrom (select 1 as m)",
    });
    await shop.run("run");
    expect(shop.result("a").errorPlace).toMatchObject({ file: "models/a.sql", line: 2 });
    expect(shop.result("a").message).toContain("LINE 2:   nope\n");
  });

  test("keeps the caret below its word when the line's number gets shorter", () => {
    const message = "Binder Error: x\n\nLINE 10: select BAD\n                ^";
    expect(withoutCommentLines(message, 2)).toBe(
      "Binder Error: x\n\nLINE 8: select BAD\n               ^",
    );
  });
});
