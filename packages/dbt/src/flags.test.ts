import { afterEach, describe, expect, test } from "vitest";
import { useTemporaryProjects } from "./testing/temporary-project.ts";

const project = useTemporaryProjects(afterEach);

describe("flags", () => {
  test("--warn-error makes failures of warnings", async () => {
    const shop = project({
      "models/a.sql": "select 1 as n",
      "models/w.sql":
        "{% if execute %}{% do exceptions.warn('careful') %}{% endif %} select 1 as n",
      "tests/t.sql": "{{ config(severity='warn') }} select * from {{ ref('a') }}",
    });
    expect((await shop.run("build")).exitCode).toBe(0);
    expect((await shop.run("build", "--warn-error")).exitCode).toBe(1);
    expect(shop.statuses()).toEqual({ a: "success", w: "error", t: "fail" });
    const { exitCode, output } = await shop.run("run", "--warn-error", "-s", "nothing");
    expect(exitCode).toBe(2);
    expect(output).toContain("The selection criterion 'nothing' does not match any enabled nodes");
  });

  test("--no-version-check lets a project for another dbt run", async () => {
    const shop = project({
      "dbt_project.yml":
        "name: shop\nversion: '1.0'\nprofile: shop\nrequire-dbt-version: '>=99.0.0'\n",
      "models/a.sql": "select 1 as n",
    });
    expect((await shop.run("run")).exitCode).toBe(2);
    expect((await shop.run("run", "--no-version-check")).exitCode).toBe(0);
  });

  test("--no-print keeps what print() says to itself", async () => {
    const shop = project({ "models/a.sql": "{% do print('hello there') %} select 1 as n" });
    expect((await shop.run("run")).output).toContain("hello there");
    expect((await shop.run("run", "--no-print")).output).not.toContain("hello there");
  });
});
