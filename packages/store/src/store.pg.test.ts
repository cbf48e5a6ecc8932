import { describeStore } from "@airloom/testkit";
import { afterAll, beforeAll } from "vitest";
import { openTestPostgres, type TestPostgres } from "./test-postgres.ts";

let postgres: TestPostgres;

beforeAll(async () => {
  postgres = await openTestPostgres();
});

afterAll(async () => {
  await postgres.close();
});

describeStore("PostgreSQL", (env) => postgres.open(env));
