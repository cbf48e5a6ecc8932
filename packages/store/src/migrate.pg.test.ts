import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadMigrations, migrate } from "./migrate.ts";
import { openSqlDatabase, type SqlDatabase } from "./sql-database.ts";
import { openTestPostgres, type TestPostgres } from "./test-postgres.ts";

const FIRST = {
  name: "0001-first.sql",
  sql: "create table app.a (x int); create table app.b (y int)",
};
const SECOND = { name: "0002-second.sql", sql: "alter table app.a add column z int" };

let postgres: TestPostgres;
let db: SqlDatabase;

beforeAll(async () => {
  postgres = await openTestPostgres();
  db = await openSqlDatabase({ url: postgres.server.url });
});

afterAll(async () => {
  await db.close();
  await postgres.close();
});

describe("migrate()", () => {
  test("applies each step once, in order of name, however many start at once", async () => {
    await Promise.all([1, 2, 3].map(() => db.migrate("app", [SECOND, FIRST])));
    await db.migrate("app", [FIRST, SECOND]);
    await db.query("insert into app.a (x, z) values (1, 2)");
    expect(await db.query("select name from app.schema_migration order by name")).toEqual([
      { name: FIRST.name },
      { name: SECOND.name },
    ]);
  });

  test("refuses a database that has seen other steps than these", async () => {
    await db.migrate("app", [FIRST, SECOND]);
    await expect(db.migrate("app", [FIRST])).rejects.toMatchObject({ code: "database.newer" });
    const changed = { ...FIRST, sql: `${FIRST.sql};` };
    await expect(db.migrate("app", [changed, SECOND])).rejects.toThrow(FIRST.name);
  });

  test("leaves nothing of a call in which a step fails", async () => {
    const broken = { name: "0002-broken.sql", sql: "create table half.b (x int); no sql" };
    const good = { name: "0001-good.sql", sql: "create table half.a (x int)" };
    await expect(db.migrate("half", [good, broken])).rejects.toThrow("syntax error");
    expect(await db.query("select 1 from pg_namespace where nspname = 'half'")).toEqual([]);
  });

  test("takes no name of a schema that is not plain", async () => {
    const refused = db.migrate('x"; drop schema app', [FIRST]);
    await expect(refused).rejects.toMatchObject({ code: "input.invalid" });
  });

  test("the store's own steps run twice without effect", async () => {
    await migrate(postgres.database, "airloom", loadMigrations());
    await migrate(postgres.database, "airloom", loadMigrations());
    const rows = await db.query("select name from airloom.schema_migration");
    expect(rows).toHaveLength(loadMigrations().length);
  });
});

describe("openSqlDatabase()", () => {
  test("commits what resolves and rolls back what rejects", async () => {
    await db.query("create table public.t (x int)");
    const answer = await db.transaction(async (inner) => {
      await inner.query("insert into public.t values ($1)", [1]);
      return inner.transaction((joined) => joined.query("select x from public.t"));
    });
    expect(answer).toEqual([{ x: 1 }]);
    const failing = db.transaction(async (inner) => {
      await inner.query("insert into public.t values (2)");
      throw new Error("changed my mind");
    });
    await expect(failing).rejects.toThrow("changed my mind");
    expect(await db.query("select x from public.t")).toEqual([{ x: 1 }]);
  });

  test("says that there is no server in a way that asks for a retry", async () => {
    const nowhere = openSqlDatabase({
      connection: { host: "127.0.0.1", port: 1, user: "x", database: "x" },
    });
    await expect(nowhere).rejects.toMatchObject({ code: "database.unavailable", retryable: true });
  });
});
