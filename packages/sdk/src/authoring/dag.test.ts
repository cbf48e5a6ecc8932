import { AirloomError } from "@airloom/core";
import { describe, expect, expectTypeOf, test } from "vitest";
import { defineOperator } from "../operator.ts";
import { Bundle, collectDags, Dag } from "./dag.ts";
import { capturePlace } from "./place.ts";
import { TaskHandler, withArgNames } from "./task-handler.ts";
import type { TaskRef } from "./task-ref.ts";

const nothing = async (): Promise<void> => undefined;

function upstreamOf(dag: Dag): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(dag.toSpec().tasks.map((task) => [task.taskId, task.upstream]));
}

function errorOf(body: () => unknown): AirloomError {
  try {
    body();
  } catch (error) {
    if (error instanceof AirloomError) return error;
    throw error;
  }
  throw new Error("Expected an AirloomError");
}

describe("Dag", () => {
  test("calling a factory draws the data edge and fills the input", () => {
    const dag = new Dag("orders");
    const extract = dag.task("extract", async () => 42);
    const load = dag.task("load", async ({ rows }: { rows: number }) => ({ loaded: rows }));
    load({ rows: extract() });
    const [first, second] = dag.toSpec().tasks;
    expect(first?.taskId).toBe("extract");
    expect(second?.upstream).toEqual(["extract"]);
    expect(second?.inputs).toEqual({
      rows: { kind: "xcom", taskId: "extract", key: "return_value" },
    });
  });

  test("before and after draw order only, and groups stand for their first and last tasks", () => {
    const dag = new Dag("orders");
    const start = dag.task("start", nothing)();
    const group = dag.taskGroup("load");
    const a = group.task("a", nothing)();
    const b = group.task("b", nothing)();
    a.before(b);
    const end = dag.task("end", nothing)();
    group.after(start).before(end, end);
    expect(upstreamOf(dag)).toEqual({
      start: [],
      "load.a": ["start"],
      "load.b": ["load.a"],
      end: ["load.b"],
    });
  });

  test("a group without prefix keeps ids short, and group order reaches nested groups", () => {
    const dag = new Dag("orders");
    const outer = dag.taskGroup("outer");
    const inner = outer.taskGroup("inner", { prefixGroupId: false });
    inner.task("deep", nothing)();
    outer.before(dag.task("end", nothing)());
    expect(upstreamOf(dag)).toEqual({ "outer.deep": [], end: ["outer.deep"] });
    expect(dag.toSpec().groups.map((group) => [group.groupId, group.parentId])).toEqual([
      ["outer", null],
      ["outer.inner", "outer"],
    ]);
  });

  test("default arguments go from Dag to group to task, the nearest winning", () => {
    const dag = new Dag("orders", { defaultArgs: { retries: 1, owner: "dag", pool: "p" } });
    const group = dag.taskGroup("g", { defaultArgs: { retries: 2, owner: "group" } });
    group.task("t", nothing, { retries: 3 })();
    const [task] = dag.toSpec().tasks;
    expect([task?.retries, task?.owner, task?.pool]).toEqual([3, "group", "p"]);
  });

  test("conditions and switches become branches", () => {
    const dag = new Dag("orders");
    const big = dag.task("big", nothing)();
    const small = dag.task("small", nothing)();
    const count = dag.task("count", async () => 3)();
    dag
      .if(({ rows }: { rows: number }) => rows > 2, "is_big", { rows: count })
      .then(big)
      .else(small);
    dag
      .switch(() => big, "choose")
      .case(big)
      .case(small);
    const specs = dag.toSpec().tasks;
    const branchOf = (id: string) => specs.find((task) => task.taskId === id)?.branch;
    expect(branchOf("is_big")).toEqual(
      JSON.parse('{ "kind": "if", "then": "big", "else": "small" }'),
    );
    expect(branchOf("choose")).toEqual({ kind: "switch", cases: ["big", "small"] });
    expect(specs.find((task) => task.taskId === "big")?.upstream).toEqual(["choose", "is_big"]);
  });

  test("presets, intervals and zones are spelled out", () => {
    const schedule = (options: object) => new Dag("d", options).toSpec().schedule;
    expect(schedule({ schedule: "@daily", timezone: "Europe/Berlin" })).toEqual({
      kind: "cron",
      expression: "0 0 * * *",
      timezone: "Europe/Berlin",
      preset: "@daily",
    });
    expect(schedule({ schedule: { every: 90 } })).toEqual({ kind: "interval", seconds: 90 });
    expect(schedule({ schedule: "@once" })).toEqual({ kind: "once" });
    expect(schedule({})).toEqual({ kind: "none" });
  });

  test("the specification does not depend on the order of declarations", () => {
    const build = (order: readonly string[]): Dag => {
      const dag = new Dag("d", { tags: order });
      const refs = new Map(order.map((id) => [id, dag.task(id, nothing)()]));
      const end = dag.task("end", nothing)();
      for (const ref of refs.values()) ref.before(end);
      return dag;
    };
    expect(build(["b", "a", "c"]).toSpec()).toEqual(build(["c", "a", "b"]).toSpec());
  });

  test.each([
    [
      "an unknown option",
      () => new Dag("d", { scedule: "@daily" } as object),
      'did you mean "schedule"',
    ],
    [
      "a wrong value",
      () => new Dag("d", { maxActiveRuns: 0 }),
      "expected a whole number, 1 or more",
    ],
    ["a bad Dag id", () => new Dag("a/b"), 'Cannot use "a/b" as a Dag id'],
    ["a dotted task id", () => new Dag("d").task("a.b", nothing), 'Cannot use "a.b" as a task id'],
    ["a nameless task", () => new Dag("d").task(async () => 1), "Cannot name this task"],
    ["a bad preset", () => new Dag("d", { schedule: "@dayly" }).toSpec(), 'did you mean "@daily"'],
    [
      "cron that cannot be read",
      () => new Dag("d", { schedule: "61 * * * *" }).toSpec(),
      "minute 61 is not between 0 and 59",
    ],
    [
      "a schedule without a day",
      () => new Dag("d", { schedule: "0 0 31 2 *" }).toSpec(),
      'Cannot use the schedule of Dag "d"',
    ],
    [
      "a catchup from nowhere on",
      () => new Dag("d", { schedule: "@daily", catchup: true }).toSpec(),
      "say with startDate from when on",
    ],
    ["an unknown zone", () => new Dag("d", { timezone: "Mars/One" }), "expected an IANA zone"],
  ])("refuses %s and says where", (_, body, message) => {
    const error = errorOf(body);
    expect(error.message).toContain(message);
    expect(error.message).toMatch(/\(dag\.test\.ts:\d+\)$/u);
    expect(error.details["line"]).toBeGreaterThan(0);
  });

  test("refuses a task that is never called, called twice or declared twice", () => {
    const dag = new Dag("d");
    const load = dag.task("load", nothing);
    expect(errorOf(() => dag.toSpec()).message).toContain(
      'Task "load" of Dag "d" is declared but never called',
    );
    load();
    expect(errorOf(() => load()).message).toContain('Task "load" of Dag "d" is called twice');
    expect(errorOf(() => dag.taskGroup("load")).code).toBe("dag.duplicate");
  });

  test("names the way round a cycle, and the edge that closes it with its line", () => {
    const dag = new Dag("d");
    const a = dag.task("a", nothing)();
    const b = dag.task("b", nothing)();
    const c = dag.task("c", nothing)();
    c.before(a);
    a.before(b);
    const line = (capturePlace()?.line ?? 0) + 1;
    b.before(c);
    dag.task("d", nothing)().after(c);
    const error = errorOf(() => dag.toSpec());
    expect(error.code).toBe("dag.cycle");
    expect(error.message).toBe(
      `Dag "d" has a cycle: a -> b -> c -> a; the edge b -> c closes it (dag.test.ts:${line})`,
    );
    expect(error.details["line"]).toBe(line);
  });

  test.each([
    [
      "a group",
      (dag: Dag) => {
        const group = dag.taskGroup("g");
        const inner = group.task("inner", nothing)();
        const after = dag.task("after", nothing)().after(group);
        return [() => inner.after(after), "after -> g.inner"] as const;
      },
    ],
    [
      "data",
      (dag: Dag) => {
        const use = dag.task("use", async ({ x }: { x: number }) => x);
        const give = dag.task("give", async () => 1)();
        dag.task("last", nothing)().before(give);
        return [() => use({ x: give }).before(give), "use -> give"] as const;
      },
    ],
    [
      "a condition",
      (dag: Dag) => {
        const yes = dag.task("yes", nothing)();
        const condition = dag.if(() => true, "ask").after(yes);
        return [() => condition.then(yes), "ask -> yes"] as const;
      },
    ],
  ])("names an edge that closes a cycle through %s", (_, declare) => {
    const dag = new Dag("d");
    const [close, edge] = declare(dag);
    close();
    expect(errorOf(() => dag.toSpec()).message).toContain(`; the edge ${edge} closes it (dag.test`);
  });

  test("refuses references of another Dag and references buried in values", () => {
    const other = new Dag("other").task("x", async () => 1)();
    const dag = new Dag("d");
    const use = dag.task("use", async ({ list }: { list: readonly number[] }) => list.length);
    expect(errorOf(() => dag.task("t", nothing)().after(other)).message).toContain(
      "belongs to another Dag",
    );
    const buried = JSON.parse("[]") as number[];
    expect(
      errorOf(() => use({ list: Object.assign(buried, [dag.task("y", async () => 1)()]) })).message,
    ).toContain('has the output of "y" inside of it');
  });

  test("finds the Dags of a module: exported, listed and in bundles, each once", () => {
    const [a, b, c] = [new Dag("a"), new Dag("b"), new Dag("c")];
    expect(collectDags({ default: a, list: [a, b], bundle: new Bundle(c), other: 1 })).toEqual([
      a,
      b,
      c,
    ]);
  });
});

describe("files written for Airflow's SDK", () => {
  test("keep options of tasks that mean nothing here, or what happens here anyhow", () => {
    const options = {
      executor: "LocalExecutor",
      emailOnFailure: true,
      emailOnRetry: false,
      returnsDagResult: true,
      mapIndexTemplate: "{{ task.task_id }}",
      ignoreFirstDependsOnPast: true,
      waitForPastDependsBeforeSkipping: false,
    } as const;
    const plain = new Dag("d");
    plain.task("a", nothing)();
    const dag = new Dag("d", { defaultArgs: { emailOnFailure: true } });
    dag.task("a", nothing, options)();
    expect(dag.toSpec()).toEqual(plain.toSpec());
  });

  test.each([
    ["startDate", new Date(0), "a task has no dates of its own here: give them to the Dag"],
    ["endDate", new Date(0), "a task has no dates of its own here: give them to the Dag"],
    ["ignoreFirstDependsOnPast", false, "true: the first run of a Dag is never held back here"],
    ["waitForPastDependsBeforeSkipping", true, "false: a skip never waits for the past here"],
  ])("are told which of them would do something else here: %s", (name, value, said) => {
    const declare = () => new Dag("d").task("a", nothing, { [name]: value });
    expect(errorOf(declare).message).toContain(`Option "${name}" of task "a" is `);
    expect(errorOf(declare).message).toContain(said);
  });

  test("keep the handlers of Dags written in Python beside their own Dags", () => {
    const dag = new Dag("own");
    const report = withArgNames(
      { label: "run_label" },
      async ({ label }: { label: string }) => label,
    );
    const bundle = new Bundle(dag).register(new TaskHandler("etl", "report", report));
    expect(bundle.dags).toEqual([dag]);
    const misuse = (): void => {
      // @ts-expect-error -- the handler has no such argument
      withArgNames({ labl: "run_label" }, async ({ label }: { label: string }) => label);
    };
    expect(misuse).toBeTypeOf("function");
  });
});

describe("the types", () => {
  test("carry outputs to inputs and refuse what does not fit", () => {
    const dag = new Dag("typed");
    const count = dag.task("count", async () => 42);
    const when = dag.task("when", async () => new Date(0));
    const use = dag.task("use", async ({ rows }: { rows: number }) => `${rows}`);
    const optional = dag.task("optional", async ({ note }: { note?: string }) => note ?? null);
    const rows = count();
    expectTypeOf(rows).toExtend<TaskRef<number>>();
    expectTypeOf(when).returns.toExtend<TaskRef<string>>();
    const wired = use({ rows });
    expectTypeOf(wired).toExtend<TaskRef<string>>();
    optional();
    const misuse = (): void => {
      // @ts-expect-error -- a text is not a number
      use({ rows: wired });
      // @ts-expect-error -- the input has another name
      use({ row: rows });
      // @ts-expect-error -- an input is missing
      use();
      // @ts-expect-error -- the task takes no inputs
      count({ rows: 1 });
      // @ts-expect-error -- no such option
      dag.task("x", async () => 1, { retry: 1 });
    };
    expect(misuse).toBeTypeOf("function");
  });

  test("operators are typed by their inputs, outputs and fields", () => {
    const dag = new Dag("typed");
    const greet = defineOperator({
      name: "greet",
      fields: { name: "{{ ds }}", times: 2 },
      execute: (
        _context,
        given: { inputs: { a: number }; fields: { name: string; times: number | string } },
      ) => `${given.fields.name}${given.inputs.a}`,
    });
    const task = dag.task("greet", greet);
    expectTypeOf(task({ a: 1 })).toExtend<TaskRef<string>>();
  });
});
