import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestPostgres, type TestPostgres } from "./test-postgres.ts";

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await openTestPostgres();
});
afterAll(() => postgres.close());

test.each([
  "update airloom.audit set actor = 'nobody'",
  "update airloom.audit set actor = 'nobody' where false",
  "delete from airloom.audit",
  "truncate airloom.audit",
  "truncate airloom.audit cascade",
  "with gone as (delete from airloom.audit returning id) select * from gone",
  "insert into airloom.audit (id, at, actor, event, extra) overriding system value select id, at, 'x', event, extra from airloom.audit on conflict (id) do update set actor = 'x'",
])("the audit log is only ever added to: %s is refused (S4, audit)", async (text) => {
  const store = await postgres.open();
  const at = new Date("2026-03-01T12:00:00Z");
  const entry = { at, actor: "ann", event: "login", dagId: null, runId: null, taskId: null };
  await store.saveAudit({ ...entry, extra: {} });
  await expect(postgres.database.run({ text })).rejects.toThrow("only ever added to");
  const { items } = await store.listAudit({}, { limit: 10, offset: 0 });
  expect(items).toMatchObject([entry]);
});

test("the platform's role may not turn off what guards the audit log (S4, audit)", async () => {
  const text = "set session_replication_role = replica; delete from airloom.audit";
  await expect(postgres.database.run({ text })).rejects.toThrow("permission denied");
});
