import { fileURLToPath } from "node:url";
import type { WireRunNode } from "@airloom/dbt-cloud/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type HasId, openTestService, type TestService } from "./fixtures/open-test-service.ts";
import { loadMigrations } from "./migrations.ts";

const NODES = 2_500;
const BIG_DBT = fileURLToPath(new URL("./fixtures/big-dbt.ts", import.meta.url));
const V2 = "/api/v2/accounts/16173";

let service: TestService;
let runId: number;

beforeAll(async () => {
  service = await openTestService({
    dbtCommand: { file: process.execPath, args: [BIG_DBT, String(NODES), "10"] },
  });
  const { body } = await service.ask<HasId>("POST", `${V2}/jobs/65767/run/`, { cause: "big" });
  runId = (await service.settle(body.data.id)).id;
});
afterAll(async () => {
  await service.close();
});

const ask = (query: string) =>
  service.ask<readonly WireRunNode[]>("GET", `/api/private/runs/${runId}/nodes/${query}`);

describe("the nodes of a very large run", () => {
  test("come a thousand at a time, with how many there are", async () => {
    const first = await ask("");
    expect(first.body.data).toHaveLength(1_000);
    expect(first.body.extra.pagination).toEqual({ count: 1_000, total_count: NODES });
    const last = await ask("?offset=2000&limit=100000");
    expect(last.body.data.map((node) => node.name)).toEqual(
      Array.from({ length: 500 }, (_, index) => `m${2_000 + index}`),
    );
  });

  test("carry no SQL and no endless message in a list, and both by themselves", async () => {
    const { body } = await ask("?limit=100");
    expect(body.data.every((node) => node.compiled_code === null)).toBe(true);
    expect(body.data[99]?.message).toHaveLength(4_000);
    const one = await ask("?unique_id=model.big.m99");
    expect(one.body.data).toHaveLength(1);
    expect(one.body.data[0]).toMatchObject({
      compiled_code: expect.stringContaining("select 99 as id"),
      // PostgreSQL keeps no NUL.
      message: `Broken\uFFFD ${"y".repeat(6_000)}`,
      file: "models/m99.sql",
      depends_on: ["model.big.m49"],
    });
  });

  test("have the failed ones on the first page when asked to", async () => {
    const { body } = await ask("?order_by=-severity&limit=26");
    expect(body.data.map((node) => node.status)).toEqual([...Array(25).fill("error"), "success"]);
  });
});

test("nodes that an earlier version kept in one piece are still there", async () => {
  const { database } = service;
  const [step] = await database.query<HasId>(
    "select id from dbt_service.run_steps where run_id = $1 order by index desc limit 1",
    [runId],
  );
  const { body: before } = await ask("?unique_id=model.big.m7");
  await database.query("alter table dbt_service.run_steps add column nodes jsonb");
  await database.query("update dbt_service.run_steps set nodes = $2 where id = $1", [
    step?.id,
    JSON.stringify(before.data),
  ]);
  await database.query("drop table dbt_service.run_nodes");
  const migrations = await loadMigrations();
  const sql = migrations.find(({ name }) => name === "0009_run_nodes.sql")?.sql ?? "";
  for (const statement of sql.split(/;\n/u)) await database.query(statement);

  const { body: after } = await ask("?unique_id=model.big.m7");
  expect(after.data).toEqual(before.data);
  expect((await ask("")).body.extra.pagination.total_count).toBe(1);
});

test("a file that is too large to be kept is named in the step's log, and the others are kept", async () => {
  const other = await openTestService({
    dbtCommand: {
      file: "/bin/sh",
      // Sparse: it takes no room on the disk.
      args: [
        "-c",
        `mkdir -p target && echo '{}' > target/catalog.json && truncate -s 300M target/large.bin`,
      ],
    },
  });
  const { body } = await other.ask<HasId>("POST", `${V2}/jobs/65767/run/`, { cause: "large" });
  const run = await other.settle(body.data.id);
  const list = await other.ask("GET", `${V2}/runs/${run.id}/artifacts/`);
  await other.close();
  expect(list.body.data).toEqual(["catalog.json"]);
  expect(run.run_steps.at(-1)?.logs).toContain(
    'Cannot keep the artifact "large.bin": its 314572800 bytes are more than 268435456',
  );
});
