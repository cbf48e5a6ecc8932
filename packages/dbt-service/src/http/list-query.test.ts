import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FILTER_FIELDS } from "./filter-fields.ts";
import {
  parseListQuery,
  parseListValue,
  type QueryShape,
  type QueryValues,
  takePage,
} from "./list-query.ts";

const RUNS: QueryShape = {
  list: {
    fields: FILTER_FIELDS.run,
    orders: ["id", "created_at", "finished_at"],
    defaultState: "all",
  },
};
const read = (values: QueryValues) => parseListQuery(values, 1, RUNS);

describe("parseListValue()", () => {
  const name = fc.stringMatching(/^[a-z_]{1,12}$/u);

  test("reads the same members out of every form clients send", () => {
    fc.assert(
      fc.property(fc.uniqueArray(name), (names) => {
        const forms = [
          names,
          [names.join(",")],
          [JSON.stringify(names)],
          [`[${names.join(", ")}]`],
          [`[${names.map((text) => `'${text}'`).join(",")}]`],
          [`,${names.join(",,")},`],
        ];
        for (const form of forms) expect(parseListValue(form)).toEqual(names);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("parseListQuery() (J11)", () => {
  test.each([
    [{}, 100, 0],
    [{ limit: ["10"], offset: ["5"] }, 10, 5],
    [{ limit: ["100000"] }, 100, 0],
    [{ limit: [""], offset: [""] }, 100, 0],
  ])("%j is limit %d and offset %d", (values, limit, offset) => {
    expect(read(values)).toMatchObject({ limit, offset });
  });

  test.each([
    [{ limit: ["-1"] }, 'Cannot read "limit" "-1": expected a whole number from 1'],
    [{ limit: ["0"] }, 'Cannot read "limit" "0"'],
    [{ limit: ["abc"] }, 'Cannot read "limit" "abc"'],
    [{ offset: ["-5"] }, 'Cannot read "offset" "-5": expected a whole number from 0'],
    [{ offset: ["1e99"] }, 'Cannot read "offset" "1e99"'],
    [{ order_by: ["nosuch"] }, 'Cannot read "order_by" "nosuch": expected one of id, created_at'],
    [{ order_by: ["id; drop table runs"] }, 'Cannot read "order_by"'],
    [{ order_by: ["--id"] }, 'Cannot read "order_by"'],
    [{ status: ["abc"] }, 'Cannot read "status" "abc": expected one of 1, 2, 3, 10, 20, 30'],
    [{ status: ["99"] }, 'Cannot read "status" "99"'],
    [{ status__in: ["DbtCloudJobRunStatus.NON_TERMINAL_STATUSES"] }, 'Cannot read "status__in"'],
    [{ job_definition_id: ["abc"] }, 'Cannot read "job_definition_id" "abc"'],
    [{ job_definition_id: ["1.5"] }, 'Cannot read "job_definition_id" "1.5"'],
    [{ id__gt: ["1,2"] }, 'Cannot read "id__gt": expected one value, not 2'],
    [{ created_at__gt: ["yesterday"] }, 'Cannot read "created_at__gt" "yesterday"'],
    [{ created_at__gt: ["2026-02-30"] }, 'Cannot read "created_at__gt" "2026-02-30"'],
    [{ created_at__range: ["2026-01-01"] }, 'Cannot read "created_at__range": expected two values'],
    [{ has_docs_generated: ["maybe"] }, 'Cannot read "has_docs_generated" "maybe"'],
    [{ state: ["gone"] }, 'Cannot read "state" "gone": expected one of active, deleted, all'],
    [{ include_related: ["run_steps,nosuch"] }, 'Cannot read "include_related" "nosuch"'],
    [{ created_at__since: ["2026-01-01"] }, 'Cannot filter by "created_at__since"'],
    [{ created_at: ["2026-01-01"] }, 'Cannot filter by "created_at"'],
    [{ name__icontains: ["x"] }, 'Cannot filter by "name__icontains"'],
    [{ deployment_type: ["production"] }, 'Cannot filter by "deployment_type"'],
    [{ __proto____in: ["1"] }, 'Cannot filter by "__proto____in"'],
  ])("refuses %j, with the parameter's name", (values, said) => {
    expect(() => read(values)).toThrow(said);
  });

  test("reads every operation of a filter", () => {
    const values = {
      status__in: ["[1, 2]"],
      pk__gt: ["7"],
      job_id: ["65767"],
      created_at__range: ["2026-01-01 00:00:00+02:00,2026-01-02"],
      has_docs_generated: ["True"],
    };
    expect(read(values).filters).toEqual([
      { field: "status", op: "in", values: [1, 2] },
      { field: "id", op: "gt", values: [7] },
      { field: "job_definition_id", op: "in", values: [65_767] },
      {
        field: "created_at",
        op: "range",
        values: [new Date("2025-12-31T22:00:00Z"), new Date("2026-01-02T00:00:00Z")],
      },
      { field: "has_docs_generated", op: "in", values: [true] },
    ]);
  });

  test("leaves alone what filters nothing anywhere, as dbt Cloud does", () => {
    expect(read({ status_in: ["20"], _: ["123"], unheard_of: ["1"] }).filters).toEqual([]);
  });
});

describe("takePage() (J11)", () => {
  const shape = {
    list: { fields: FILTER_FIELDS.account, orders: ["id"], defaultState: "active" },
  } as const;
  const take = (values: QueryValues) => {
    const { rows, total } = takePage(
      [3, 1, 5, 2, 4].map((id) => ({ id })),
      parseListQuery(values, 1, shape),
    );
    return [rows.map(({ id }) => id), total];
  };

  test.each<readonly [QueryValues, readonly number[], number]>([
    [{}, [1, 2, 3, 4, 5], 5],
    [{ order_by: ["-id"], limit: ["2"], offset: ["1"] }, [4, 3], 5],
    [{ id: ["2"] }, [2], 1],
    [{ id__in: ["[1,9,3]"] }, [1, 3], 2],
    [{ id__in: ["1,2"], pk: ["2"] }, [2], 1],
    [{ id__gt: ["3"] }, [4, 5], 2],
    [{ id__gte: ["3"] }, [3, 4, 5], 3],
    [{ id__lt: ["3"] }, [1, 2], 2],
    [{ id__lte: ["3"] }, [1, 2, 3], 3],
    [{ pk__range: ["2,4"] }, [2, 3, 4], 3],
    [{ state: ["all"] }, [1, 2, 3, 4, 5], 5],
    [{ state: ["deleted"] }, [], 0],
  ])("shows of %j the rows %j of %d", (values, ids, total) => {
    expect(take(values)).toEqual([ids, total]);
  });
});
