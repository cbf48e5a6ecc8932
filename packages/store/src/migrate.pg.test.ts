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

  test("tell the notes of people from the scheduler's reasons, which were in one column", async () => {
    const upTo = (name: string) => loadMigrations().filter((step) => step.name < name);
    await migrate(postgres.database, "airloom", upTo("0003"));
    await db.query(`insert into airloom.dag_run (dag_id, run_id, run_type, triggered_by, state, run_after,
                      queued_at, conf, dag_version, dag_hash, clear_number)
                    values ('d', 'r', 'manual', 'test', 'running', now(), now(), '{}', 1, '', 0)`);
    await db.query(`insert into airloom.task_instance (dag_run_id, task_id, map_index, state, try_number,
                      max_tries, chain, lost_count, operator, pool, pool_slots, priority_weight, queue, note)
                    select r.id, t.id, -1, 'scheduled', 1, 0, 1, 0, 'task', 'p', 1, 1, 'q', t.note
                    from airloom.dag_run r, (values ('a', 'ticket 12'), ('b', 'pool "p" is full'), ('c', null))
                      as t (id, note)`);
    await db.query(`insert into airloom.audit (at, actor, event, dag_id, run_id, task_id, extra)
                    values (now(), 'ann', 'save_task_note', 'd', 'r', 'a', '{}'),
                           (now(), 'ann', 'clear_task_instances', 'd', 'r', 'b', '{}')`);
    await migrate(postgres.database, "airloom", loadMigrations());
    const columns = 'task_id as "taskId", note, hold_reason as "holdReason"';
    expect(await db.query(`select ${columns} from airloom.task_instance order by task_id`)).toEqual(
      [
        { taskId: "a", note: "ticket 12", holdReason: null },
        { taskId: "b", note: null, holdReason: 'pool "p" is full' },
        { taskId: "c", note: null, holdReason: null },
      ],
    );
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
