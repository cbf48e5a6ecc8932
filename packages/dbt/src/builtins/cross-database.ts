import { type Awaitable, Undefined, type Value } from "@airloom/jinja";
import { translateType } from "../adapter/column.ts";
import type { MacroContext } from "../context/macro-context.ts";
import { DbtError } from "../error.ts";
import { after } from "../template/after.ts";
import { isTruthy, itemsOf, renderText } from "../template/values.ts";
import { define, defineText, type NativeMacro } from "./native-macro.ts";

function textIn(value: Value | undefined): string {
  return value === undefined ? "" : renderText(value);
}

/** Calls another macro and goes on with its text. */
function withText(
  context: MacroContext,
  name: string,
  args: readonly Value[],
  next: (text: string) => Awaitable<Value>,
): Awaitable<Value> {
  return after(context.call(name, args), (value) => next(renderText(value).trim()));
}

const TYPES: readonly NativeMacro[] = [
  ["type_string", "string"],
  ["type_timestamp", "timestamp"],
  ["type_float", "float"],
  ["type_int", "integer"],
  ["type_boolean", "boolean"],
  ["type_bigint", "bigint"],
].map(([name = "", type = ""]) => defineText(name, [], () => translateType(type)));

function dateAdd(part: string, interval: string, from: string): string {
  const unit = part.toLowerCase();
  if (unit === "quarter") return `(${from} + (cast(${interval} as bigint) * 3) * interval 1 month)`;
  if (unit === "week") return `(${from} + (cast(${interval} as bigint) * 7) * interval 1 day)`;
  return `(${from} + cast(${interval} as bigint) * interval 1 ${unit})`;
}

function dateDiff(first: string, second: string, part: string): string {
  const days = `date_diff('day', ${first}::timestamp, ${second}::timestamp)`;
  if (part.toLowerCase() !== "week") {
    return `(date_diff('${part}', ${first}::timestamp, ${second}::timestamp))`;
  }
  const weekdayOf = (date: string): string => `date_part('dow', (${date})::timestamp)`;
  return `(${days} // 7 + case
    when ${weekdayOf(first)} <= ${weekdayOf(second)} then case when ${first} <= ${second} then 0 else -1 end
    else case when ${first} <= ${second} then 1 else 0 end
  end)`;
}

function listAgg(measure: string, delimiter: string, orderBy: string, limit: string): string {
  const order = orderBy === "" || orderBy === "None" ? "" : ` ${orderBy}`;
  const by = delimiter === "" ? "','" : delimiter;
  if (limit === "" || limit === "None") return `string_agg(${measure}, ${by}${order})`;
  return `list_aggr((array_agg(${measure}${order}))[1:${limit}], 'string_agg', ${by})`;
}

const DATES: readonly NativeMacro[] = [
  defineText("dateadd", ["datepart", "interval", "from_date_or_timestamp"], dateAdd3),
  defineText("datediff", ["first_date", "second_date", "datepart"], dateDiff3),
  defineText("date_trunc", ["datepart", "date"], (part, date) => `date_trunc('${part}', ${date})`),
  defineText(
    "date",
    ["year", "month", "day"],
    (year, month, day) => `make_date(${year}, ${month}, ${day})`,
  ),
  defineText("current_timestamp", [], () => "now()"),
  defineText("current_timestamp_backcompat", [], () => "current_timestamp::timestamp"),
  defineText("current_timestamp_in_utc_backcompat", [], () => "current_timestamp::timestamp"),
  define("last_day", ["date", "datepart"], (context, [date = null, part = null]) =>
    withText(context, "date_trunc", [part, date], (start) =>
      withText(context, "dateadd", [part, "1", start], (next) =>
        withText(context, "dateadd", ["day", "-1", next], (last) => `cast(${last} as date)`),
      ),
    ),
  ),
];

function dateAdd3(part = "", interval = "", from = ""): string {
  return dateAdd(part, interval, from);
}

function dateDiff3(first = "", second = "", part = ""): string {
  return dateDiff(first, second, part);
}

const TEXTS: readonly NativeMacro[] = [
  define("concat", ["fields"], (_context, [fields]) =>
    itemsOf(fields).map(renderText).join(" || "),
  ),
  defineText("length", ["expression"], (expression) => `length(${expression})`),
  defineText(
    "replace",
    ["field", "old_chars", "new_chars"],
    (field, old, text) => `replace(${field}, ${old}, ${text})`,
  ),
  defineText(
    "right",
    ["string_text", "length_expression"],
    (text, length) => `right(${text}, ${length})`,
  ),
  defineText(
    "position",
    ["substring_text", "string_text"],
    (part, text) => `position(${part} in ${text})`,
  ),
  defineText(
    "split_part",
    ["string_text", "delimiter_text", "part_number"],
    (text, by, part) => `string_split(${text}, ${by})[ ${part} ]`,
  ),
  defineText("string_literal", ["value"], (value) => `'${value}'`),
  defineText("escape_single_quotes", ["expression"], (text = "") => text.replaceAll("'", "''")),
  defineText("hash", ["field"], (field) => `md5(cast(${field} as TEXT))`),
  defineText("listagg", ["measure", "delimiter_text", "order_by_clause", "limit_num"], (...texts) =>
    listAgg(texts[0] ?? "", texts[1] ?? "", texts[2] ?? "", texts[3] ?? ""),
  ),
];

const CASTS: readonly NativeMacro[] = [
  defineText("cast", ["field", "type"], (field, type) => `cast(${field} as ${type})`),
  defineText("safe_cast", ["field", "type"], (field, type) => `cast(${field} as ${type})`),
  defineText("cast_bool_to_text", ["field"], (field) => `cast(${field} as TEXT)`),
  defineText("type_numeric", [], () => "numeric(28,6)"),
  defineText("any_value", ["expression"], (expression) => `any_value(${expression})`),
  defineText("bool_or", ["expression"], (expression) => `bool_or(${expression})`),
  defineText("except", [], () => "except"),
  defineText("intersect", [], () => "intersect"),
  defineText("equals", ["expr1", "expr2"], (left, right) => `(${left} = ${right})`),
];

const ARRAYS: readonly NativeMacro[] = [
  defineText(
    "array_append",
    ["array", "new_element"],
    (array, item) => `array_append(${array}, ${item})`,
  ),
  defineText(
    "array_concat",
    ["array_1", "array_2"],
    (left, right) => `array_cat(${left}, ${right})`,
  ),
  define("array_construct", ["inputs", "data_type"], (_context, [inputs, type]) => {
    const items = itemsOf(inputs).map(renderText);
    const name = type === undefined || type instanceof Undefined ? "INT" : renderText(type);
    return items.length > 0 ? `array[${items.join(", ")}]` : `array[]::${name}[]`;
  }),
];

function powersOfTwo(upperBound: number): number {
  if (upperBound <= 0) throw new DbtError("Compilation", "upper bound must be positive");
  return Math.max(1, Math.ceil(Math.log2(upperBound)));
}

function firstCell(result: {
  readonly table: { readonly rows: readonly (readonly Value[])[] };
}): Value {
  return result.table.rows[0]?.[0] ?? null;
}

function writeSpine(part: string, series: string, step: string, end: string): string {
  return `with rawdata as (
    ${series}
), all_periods as (
    select (${step}) as date_${part}
    from rawdata
), filtered as (
    select * from all_periods where date_${part} <= ${end}
)
select * from filtered`;
}

const SERIES: readonly NativeMacro[] = [
  define("get_powers_of_two", ["upper_bound"], (_context, [bound]) =>
    powersOfTwo(Number(textIn(bound))),
  ),
  define(
    "generate_series",
    ["upper_bound"],
    (_context, [bound]) =>
      `select generate_series as generated_number from generate_series(1, ${textIn(bound)})`,
  ),
  define("get_intervals_between", ["start_date", "end_date", "datepart"], (context, bound) => {
    if (!context.execute) return 1;
    const args = bound.map((value) => value ?? null);
    return withText(context, "datediff", args, async (sql) =>
      firstCell(await context.query(`select ${sql}`)),
    );
  }),
  define("date_spine", ["datepart", "start_date", "end_date"], (context, bound) => {
    const [part = null, start = null, end = null] = bound;
    return after(context.call("get_intervals_between", [start, end, part]), (count) =>
      withText(context, "generate_series", [isTruthy(count) ? count : 1], (series) =>
        withText(context, "dateadd", [part, "row_number() over (order by 1) - 1", start], (step) =>
          writeSpine(renderText(part), series, step, renderText(end)),
        ),
      ),
    );
  }),
];

/** Macros that write SQL expressions which differ between warehouses. */
export const CROSS_DATABASE: readonly NativeMacro[] = [
  ...TYPES,
  ...DATES,
  ...TEXTS,
  ...CASTS,
  ...ARRAYS,
  ...SERIES,
];
