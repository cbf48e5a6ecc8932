import { describe, expect, test } from "vitest";
import { Dag } from "../authoring/dag.ts";
import { getClient, getContext } from "../context.ts";
import { ConnectionNotFoundError, VariableNotFoundError } from "../not-found.ts";
import { defineOperator } from "../operator.ts";
import { empty } from "../operators/empty.ts";
import { sensor } from "../operators/sensor.ts";
import { defer, TaskFailed, TaskSkipped } from "../outcome.ts";
import { defineTrigger } from "../trigger.ts";

const nothing = async (): Promise<void> => undefined;

describe("dag.test()", () => {
  test("runs tasks in order and hands outputs on", async () => {
    const dag = new Dag("orders");
    const extract = dag.task("extract", async () => ({ rows: 42 }));
    const load = dag.task("load", async ({ data }: { data: { rows: number } }) => data.rows + 1);
    load({ data: extract() }).before(dag.task("end", empty())());
    const run = await dag.test();
    expect(run.state).toBe("success");
    expect(run.results).toEqual({ extract: { rows: 42 }, load: 43 });
  });

  test("gives tasks conf, variables, connections and the date", async () => {
    const dag = new Dag("orders", { timezone: "Europe/Berlin", params: { a: 1, b: 2 } });
    dag.task("look", async () => {
      const context = getContext();
      const connection = await getClient().getConnectionOrThrow("db");
      const missing = await getClient().getVariable("missing");
      return [
        context.ds,
        context.params,
        await getClient().getVariable("v"),
        connection.host,
        missing,
      ];
    })();
    const run = await dag.test({
      conf: { b: 3 },
      variables: { v: "x" },
      connections: { db: { host: "db.example" } },
      logicalDate: new Date("2026-01-01T23:30:00Z"),
    });
    expect(run.results["look"]).toEqual(["2026-01-02", { a: 1, b: 3 }, "x", "db.example", null]);
  });

  test("says which variable or connection is missing, and how to add it", async () => {
    const dag = new Dag("orders");
    dag.task("look", async () => {
      const client = getClient();
      const failures = [
        await client.getVariableOrThrow("region").catch((error: unknown) => error),
        await client.getConnectionOrThrow("db").catch((error: unknown) => error),
      ];
      return [
        failures[0] instanceof VariableNotFoundError,
        failures[1] instanceof ConnectionNotFoundError,
        ...failures.map(String),
      ];
    })();
    expect((await dag.test()).results["look"]).toEqual([
      true,
      true,
      'VariableNotFoundError: Cannot find variable "region": add it under Admin, or set AIRLOOM_VAR_REGION',
      'ConnectionNotFoundError: Cannot find connection "db": add it under Admin, or set AIRLOOM_CONN_DB',
    ]);
  });

  test("retries, and not after TaskFailed", async () => {
    const dag = new Dag("orders");
    dag.task(
      "flaky",
      async () => {
        if (getContext().tryNumber < 3) throw new Error("not yet");
        return getContext().tryNumber;
      },
      { retries: 2 },
    )();
    dag.task(
      "final",
      async () => {
        throw new TaskFailed("never");
      },
      { retries: 5 },
    )();
    const { tasks } = await dag.test();
    expect(tasks["flaky"]).toMatchObject({ state: "success", tries: 3 });
    expect(tasks["final"]).toMatchObject({
      state: "failed",
      tries: 1,
      failure: { kind: "fail", message: "never" },
    });
    expect(tasks["final"]?.failure?.place).toContain("test-run.test.ts:");
  });

  test("skips the way not taken, and what needs it", async () => {
    const dag = new Dag("orders");
    const yes = dag.task("yes", nothing)();
    const group = dag.taskGroup("no");
    group.task("a", nothing)().before(group.task("b", nothing)());
    dag
      .if(() => true, "choose")
      .then(yes)
      .else(group);
    dag.task("join", nothing, { triggerRule: "none_failed_min_one_success" })().after(yes, group);
    const { tasks } = await dag.test();
    const states = Object.fromEntries(Object.entries(tasks).map(([id, task]) => [id, task.state]));
    expect(states).toEqual({
      choose: "success",
      yes: "success",
      "no.a": "skipped",
      "no.b": "skipped",
      join: "success",
    });
  });

  test("a switch that answers none of its cases fails", async () => {
    const dag = new Dag("orders");
    const [a, b] = [dag.task("a", nothing)(), dag.task("b", nothing)()];
    dag.switch(() => b, "choose").case(a);
    b.before(dag.task("z", nothing)());
    const { tasks } = await dag.test();
    expect(tasks["choose"]?.failure?.message).toContain('chose "b": expected one of its cases a');
    expect(tasks["a"]?.state).toBe("upstream_failed");
  });

  test("runs a deferred task's trigger and resumes it with the event", async () => {
    const double = defineTrigger("test.double", async ({ n }: { n: number }, context) => {
      await context.sleep(0.001);
      return n * 2;
    });
    const dag = new Dag("orders");
    dag.task(
      "wait",
      defineOperator({
        name: "wait",
        fields: { n: () => 21 },
        links: [{ name: "Monitor", xcomKey: "url" }],
        async execute(context, { fields }) {
          await context.client.setXCom({ key: "url", value: "https://example.test" });
          return defer(double.with({ n: Number(fields.n) }));
        },
        resume: (_context, { resumption }) => resumption,
      }),
    )();
    const { tasks } = await dag.test();
    expect(tasks["wait"]?.xcoms).toEqual({
      url: "https://example.test",
      return_value: { kind: "event", payload: 42 },
    });
    expect(tasks["wait"]?.renderedFields).toEqual({ n: 21 });
  });

  test("a wait that failed fails a task that cannot resume", async () => {
    const broken = defineTrigger("test.broken", async () => {
      throw new Error("gone");
    });
    const dag = new Dag("orders");
    dag.task("wait", async () => defer(broken.with({})))();
    expect((await dag.test()).tasks["wait"]?.failure?.message).toBe("gone");
  });

  test("sensors poke until something is there, and skips carry on", async () => {
    let pokes = 0;
    const dag = new Dag("orders");
    const seen = dag.task(
      "seen",
      sensor(() => (pokes += 1) > 2, { pokeInterval: 0.001 }),
    )();
    const late = dag.task(
      "late",
      sensor(() => false, { timeout: 0, softFail: true }),
    )();
    const skip = dag.task("skip", async () => {
      throw new TaskSkipped();
    })();
    dag.task("end", nothing)().after(seen, late, skip);
    const { tasks } = await dag.test();
    expect([tasks["seen"]?.state, tasks["late"]?.state, tasks["end"]?.state]).toEqual([
      "success",
      "skipped",
      "skipped",
    ]);
    expect(pokes).toBe(3);
  });

  test("refuses results that JSON would lose", async () => {
    const dag = new Dag("orders");
    dag.task("map", async () => ({ inner: new Map() }))();
    dag.task("big", async () => "x".repeat(2_000_000))();
    const { tasks } = await dag.test();
    expect(tasks["map"]?.failure?.message).toBe(
      'Cannot keep the result of task "map".inner as JSON: a Map has no JSON form: return an object or array',
    );
    expect(tasks["big"]?.failure?.message).toContain("at most 1048576 are allowed");
  });
});
