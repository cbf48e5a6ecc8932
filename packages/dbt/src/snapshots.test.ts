import { afterEach, describe, expect, test } from "vitest";
import { useTemporaryProjects } from "./testing/temporary-project.ts";

const project = useTemporaryProjects(afterEach);

describe("snapshots", () => {
  const properties = (config: string): string =>
    `snapshots:\n  - name: snap\n    relation: ref('people')\n    config: {unique_key: id, ${config}}\n`;
  const people = (rows: string): Readonly<Record<string, string>> => ({
    "models/people.sql": `select * from (values ${rows}) as t(id, name, changed_at)`,
  });
  const first = people("(1, 'ann', timestamp '2024-01-01'), (2, 'bob', timestamp '2024-01-01')");
  const second = people("(1, 'anna', timestamp '2024-02-01'), (3, 'cid', timestamp '2024-02-01')");
  const history = "select id, name, dbt_valid_to is null from snap order by id, dbt_valid_from";

  test.each([
    [
      "strategy: check, check_cols: [name]",
      [
        [1, "ann", false],
        [1, "anna", true],
        [2, "bob", true],
        [3, "cid", true],
      ],
    ],
    [
      "strategy: check, check_cols: all",
      [
        [1, "ann", false],
        [1, "anna", true],
        [2, "bob", true],
        [3, "cid", true],
      ],
    ],
    [
      "strategy: timestamp, updated_at: changed_at",
      [
        [1, "ann", false],
        [1, "anna", true],
        [2, "bob", true],
        [3, "cid", true],
      ],
    ],
    [
      "strategy: timestamp, updated_at: changed_at, hard_deletes: invalidate",
      [
        [1, "ann", false],
        [1, "anna", true],
        [2, "bob", false],
        [3, "cid", true],
      ],
    ],
  ])("%s", async (config, expected) => {
    const shop = project({ ...first, "snapshots/snap.yml": properties(config) });
    expect((await shop.run("build")).exitCode).toBe(0);
    await shop.run("build");
    expect(await shop.query("select count(*) from snap")).toEqual([["2"]]);
    shop.write(second);
    expect((await shop.run("build")).exitCode).toBe(0);
    expect(await shop.query(history)).toEqual(expected);
  });

  test("new_record keeps a row that says when another was deleted", async () => {
    const shop = project({
      ...first,
      "snapshots/snap.yml": properties(
        "strategy: timestamp, updated_at: changed_at, hard_deletes: new_record",
      ),
    });
    await shop.run("build");
    shop.write(second);
    expect((await shop.run("build")).exitCode).toBe(0);
    const rows = await shop.query(
      "select dbt_is_deleted, dbt_valid_to is null from snap where id = 2 order by dbt_valid_from",
    );
    expect(rows).toEqual([
      ["False", false],
      ["True", true],
    ]);
  });

  test("a snapshot block in SQL, with its own schema", async () => {
    const shop = project({
      ...first,
      "snapshots/old.sql":
        "{% snapshot snap %}\n{{ config(target_schema='history', unique_key='id', strategy='check', check_cols=['name']) }}\nselect * from {{ ref('people') }}\n{% endsnapshot %}",
    });
    expect((await shop.run("build")).exitCode).toBe(0);
    expect(await shop.query("select count(*) from history.snap")).toEqual([["2"]]);
  });

  test("deletions are recorded also when the source has a new column", async () => {
    const config = "strategy: timestamp, updated_at: changed_at, hard_deletes: new_record";
    const shop = project({ ...first, "snapshots/s.yml": properties(config) });
    await shop.run("build");
    shop.write({ "models/people.sql": `select *, 7 as age from (${second["models/people.sql"]})` });
    expect((await shop.run("build")).exitCode).toBe(0);
    const rows =
      "select id, name, dbt_is_deleted, age from snap where dbt_valid_to is null order by id";
    expect(await shop.query(rows)).toEqual([
      [1, "anna", "False", 7],
      [2, "bob", "True", null],
      [3, "cid", "False", 7],
    ]);
  });

  test("a column to check that is not there is refused", async () => {
    const shop = project({
      ...first,
      "snapshots/s.yml": properties("strategy: check, check_cols: [nme]"),
    });
    await shop.run("build");
    const { exitCode, output } = await shop.run("build");
    expect(exitCode).toBe(1);
    expect(output).toContain('Invalid check_cols "nme"');
  });
});
