import { cpus } from "node:os";
import { createEnvironment } from "../src/environment.ts";
import { scopeOf } from "../src/runtime/scope.ts";
import { str } from "../src/values/text.ts";
import { callable } from "../src/values/value.ts";

/** Measures compiling and rendering a model of about 1 kB: `node packages/jinja/bench/speed.ts`. */
const SOURCE = `{{ config(materialized='incremental', unique_key='order_id', tags=['daily', 'finance']) }}
{%- set payment_methods = ['credit_card', 'coupon', 'bank_transfer', 'gift_card'] -%}
{% macro cents_to_dollars(column, precision=2) -%}
  round(cast({{ column }} as numeric) / 100, {{ precision }})
{%- endmacro %}
with orders as (select * from {{ ref('stg_orders') }}),
payments as (select * from {{ ref('stg_payments') }}),
order_payments as (
  select
    order_id,
    {% for payment_method in payment_methods -%}
    sum(case when payment_method = '{{ payment_method }}' then {{ cents_to_dollars('amount') }} else 0 end)
      as {{ payment_method | lower }}_amount,
    {% endfor -%}
    sum(amount) as total_amount
  from payments
  group by order_id
)
select orders.*, {% for payment_method in payment_methods %}order_payments.{{ payment_method }}_amount{{ ',' if not loop.last }}
{% endfor %}
from orders left join order_payments on orders.order_id = order_payments.order_id
{% if is_incremental() %}where orders.updated_at > (select max(updated_at) from {{ this }}){% endif %}
`;

const environment = createEnvironment({ dialect: "dbt" });
const scope = scopeOf({
  config: callable(() => ""),
  ref: callable((args) => `"db"."main"."${str(args[0] ?? null)}"`),
  is_incremental: callable(() => true),
  this: '"db"."main"."orders"',
});

function median(samples: readonly number[]): number {
  return samples.toSorted((left, right) => left - right)[Math.floor(samples.length / 2)] ?? 0;
}

async function measure(
  name: string,
  perSample: number,
  run: () => unknown,
): Promise<readonly [string, string]> {
  const samples: number[] = [];
  for (let sample = 0; sample < 31; sample += 1) {
    const started = process.cpuUsage();
    for (let round = 0; round < perSample; round += 1) await run();
    const { user, system } = process.cpuUsage(started);
    samples.push((user + system) / perSample);
  }
  return [name, `${median(samples).toFixed(1)} µs CPU`];
}

const template = environment.compile(SOURCE);
const first = performance.now();
environment.compile(SOURCE).render(scope);
const cold = performance.now() - first;
const rows = [
  await measure("compile for synchronous rendering", 20, () => environment.compile(SOURCE)),
  await measure("render synchronously", 500, () => template.render(scope)),
  await measure("render asynchronously", 500, () => template.renderAsync(scope)),
  await measure("bind the macros of a template", 500, () => template.macros(scope)),
];

console.log(
  `Node ${process.version}, ${cpus()[0]?.model ?? "unknown processor"} × ${cpus().length}`,
);
console.log(`template of ${SOURCE.length} characters, output of ${template.render(scope).length}`);
console.log(
  `31 samples each, medians; a second template in a fresh process: ${cold.toFixed(1)} ms`,
);
for (const [name, figure] of rows) console.log(`${name.padEnd(36)} ${figure}`);
