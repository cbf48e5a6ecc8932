import type { JsonValue } from "@airloom/core";
import { describe, expect, test } from "vitest";
import { Dag } from "../authoring/dag.ts";
import type { DagOptions } from "../authoring/dag-options.ts";
import { defineOperator } from "../operator.ts";

async function render(text: string, options: DagOptions = {}): Promise<JsonValue> {
  const dag = new Dag("orders", { params: { table: "raw", limit: 10 }, ...options });
  const before = dag.task("extract", async () => ({ rows: [1, 2] }))();
  const show = defineOperator({
    name: "show",
    fields: { text },
    execute: (_context, { fields }) => ({ text: fields.text }),
  });
  dag.task("show", show)().after(before);
  const run = await dag.test({
    logicalDate: new Date("2026-03-01T06:30:00Z"),
    conf: { limit: 20, nested: { a: "b" } },
    variables: { bucket: "s3://x", settings: '{"depth": 3}' },
    connections: { db: { host: "db.example", password: "p", extra: '{"region": "eu"}' } },
  });
  const failure = run.tasks["show"]?.failure ?? null;
  if (failure !== null) throw new Error(failure.message);
  const result = run.results["show"];
  return typeof result === "object" && result !== null && "text" in result
    ? (result["text"] ?? null)
    : null;
}

describe("templates in fields", () => {
  test.each([
    ["no template at all", "no template at all"],
    ["{{ ds }} {{ ds_nodash }}", "2026-03-01 20260301"],
    ["{{ ts }} {{ ts_nodash }}", "2026-03-01T06:30:00+00:00 20260301T063000"],
    ["{{ logical_date.strftime('%d.%m.%Y') }}", "01.03.2026"],
    ["{{ (logical_date - macros.timedelta(days=1)) | ds }}", "2026-02-28"],
    ["{{ data_interval_start | ts_nodash }}", "20260301T063000"],
    ["{{ macros.ds_add(ds, -1) }} {{ macros.ds_format(ds, '%Y-%m-%d', '%j') }}", "2026-02-28 060"],
    [
      "{{ dag.dag_id }}.{{ task.task_id }} {{ run_id }}",
      "orders.show manual__2026-03-01T06:30:00+00:00",
    ],
    ["{{ params.table }} {{ params.limit }} {{ dag_run.conf['limit'] }}", "raw 20 20"],
    ["{{ conf.nested.a }}", "b"],
    ["{{ var.value.bucket }}/{{ var.json.settings.depth }}", "s3://x/3"],
    ["{{ var.value.get('missing', 'other') }}", "other"],
    ["{{ conn.db.host }} {{ conn.db.extra_dejson.region }}", "db.example eu"],
    ["{{ ti.xcom_pull(task_ids='extract')['rows'][1] }} {{ ti.try_number }}", "2 1"],
    ["{% for row in ti.xcom_pull('extract').rows %}{{ row }};{% endfor %}\n", "1;2;\n"],
  ])("%s", async (template, expected) => {
    expect(await render(template)).toBe(expected);
  });

  test("keep the type of a single expression where the Dag asks for it", async () => {
    const value = await render("{{ ti.xcom_pull(task_ids='extract') }}", {
      renderTemplateAsNativeObj: true,
    });
    expect(value).toEqual({ rows: [1, 2] });
  });

  test.each([
    ["{{ execution_date }}", "execution_date"],
    ["{{ var.value.missing }}", "missing"],
    ["{{ params.nothing }}", "nothing"],
    ["{{ ds", 'Cannot render field "text" of task "show"'],
    ["{{ ds.constructor.constructor('return process')() }}", "constructor"],
    ["{{ ''.__class__.__mro__ }}", "__class__"],
  ])("%s is an error that names it", async (template, words) => {
    await expect(render(template)).rejects.toThrow(words);
  });
});
