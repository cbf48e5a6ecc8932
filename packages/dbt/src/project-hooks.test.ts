import { afterEach, describe, expect, test } from "vitest";
import { useTemporaryProjects } from "./testing/temporary-project.ts";

const project = useTemporaryProjects(afterEach);
const HEAD = "name: shop\nversion: '1.0'\nprofile: shop\n";
const MODEL = { "models/a.sql": "select 1 as n" };

function hooks(text: string): Readonly<Record<string, string>> {
  return { ...MODEL, "dbt_project.yml": HEAD + text };
}

describe("on-run-start and on-run-end", () => {
  test("are nodes with lines and results of their own", async () => {
    const shop = project(
      hooks(
        "on-run-start: create table x as select 1 as n\non-run-end: ['insert into x select {{ results | length }}', \"insert into x select 7 where '{{ schemas | join }}' = 'main'\"]\n",
      ),
    );
    const { exitCode, output } = await shop.run("run");
    expect(exitCode).toBe(0);
    expect(output).toMatch(/1 of 1 START hook: shop\.on-run-start\.0 \.+ \[RUN\]/u);
    expect(output).toMatch(/2 of 2 OK hook: shop\.on-run-end\.1 \.+ \[OK in [\d.]+s\]/u);
    expect(output).toContain("Found 1 model, 3 operations");
    expect(output).toContain("Done. PASS=4 WARN=0 ERROR=0 SKIP=0 NO-OP=0 TOTAL=4");
    expect(await shop.query("select n from x order by n")).toEqual([[1], [1], [7]]);
    expect(Object.keys(shop.statuses())).toEqual([
      "shop-on-run-start-0",
      "a",
      "shop-on-run-end-0",
      "shop-on-run-end-1",
    ]);
    expect(shop.result("shop-on-run-end-0")).toMatchObject({
      message: "shop.on-run-end.0 passed",
      compiledCode: "insert into x select 1",
    });
    const listed = await shop.run("ls");
    expect(listed.output).toBe("shop.a\n");
  });

  test("a failed one fails the run and skips those behind it and every node (D10)", async () => {
    const shop = project(hooks("on-run-start: [select nope, select 1]\n"));
    const { exitCode, output } = await shop.run("run");
    expect(exitCode).toBe(1);
    expect(shop.statuses()).toEqual({
      "shop-on-run-start-0": "error",
      "shop-on-run-start-1": "skipped",
      a: "skipped",
    });
    expect(output).toContain("in dbt_project.yml:4");
  });

  test("a failed one skips no node when the project wants that", async () => {
    const shop = project(
      hooks("on-run-start: select nope\nflags: {skip_nodes_if_on_run_start_fails: false}\n"),
    );
    expect((await shop.run("run")).exitCode).toBe(1);
    expect(shop.statuses()).toEqual({ "shop-on-run-start-0": "error", a: "success" });
  });
});
