import type { SqlDatabase } from "@airloom/store";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type HasId, openTestService, type TestService } from "./fixtures/open-test-service.ts";

/** When a statement fails: before it reached the database, or after it took effect, its answer lost. */
type When = "before" | "after";

/** Lets each statement fail the first time it comes, while `when` is set. */
class Outages {
  when: When | undefined;
  readonly failed: string[] = [];

  between(database: SqlDatabase): SqlDatabase {
    return {
      ...database,
      query: (text, params) => this.#once(text, () => database.query(text, params)),
      transaction: (work) =>
        this.#once(work.toString(), () => database.transaction((inner) => work(inner))),
    };
  }

  async #once<T>(statement: string, run: () => Promise<T>): Promise<T> {
    const { when } = this;
    if (when === undefined || this.failed.includes(statement)) return run();
    this.failed.push(statement);
    if (when === "after") await run();
    throw Object.assign(new Error("Cannot reach the database"), { code: "database.unavailable" });
  }
}

describe.each<When>(["before", "after"])("a database that goes away %s each statement", (when) => {
  const outages = new Outages();
  let service: TestService;
  beforeAll(async () => {
    service = await openTestService({ between: (database) => outages.between(database) });
  });
  afterAll(async () => {
    await service.close();
  });

  test("fails no run, and dbt builds once", async () => {
    await service.script({ nodes: [{ name: "orders", type: "model" }] });
    outages.when = when;
    const runId = await trigger(service);
    await untilEnded(service, runId);
    outages.when = undefined;
    expect(outages.failed.length).toBeGreaterThan(15);
    const run = await service.settle(runId);
    expect(run.run_steps.map((step) => [step.name, step.status])).toEqual(
      run.run_steps.map((step) => [step.name, 10]),
    );
    expect(run.status).toBe(10);
    expect(run.run_steps.at(-1)?.logs.match(/START sql table model/gu)).toHaveLength(1);
  });
});

/** As a careful client does: again under the same key, which starts one run at most. */
async function trigger(service: TestService): Promise<number> {
  for (;;) {
    const path = "/api/v2/accounts/16173/jobs/65767/run/";
    const headers = { "idempotency-key": "outage" };
    const answer = await service.ask<HasId>("POST", path, { cause: "outage" }, headers);
    if (answer.status === 200) return answer.body.data.id;
    expect(answer.status).toBe(503);
  }
}

/** Asks the database itself: the service's own answers are what fails. */
async function untilEnded({ database }: TestService, runId: number): Promise<void> {
  for (;;) {
    const [run] = await database.query<{ status: number }>(
      "select status from dbt_service.runs where id = $1",
      [runId],
    );
    if (run !== undefined && run.status >= 10) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
