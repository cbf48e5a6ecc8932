import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseConsoleLine } from "./console.ts";

const DOTS = ".".repeat(30);

describe("parseConsoleLine()", () => {
  test.each([
    [
      `12:34:56  3 of 12 START sql table model main.orders ${DOTS} [RUN]`,
      "running",
      "model",
      "main.orders",
    ],
    [
      `12:34:56  3 of 12 OK created sql table model main.orders ${DOTS} [OK in 0.10s]`,
      "success",
      "model",
      "main.orders",
    ],
    [
      `12:34:56  3 of 12 OK created sql incremental model main.o ${DOTS} [INSERT 0 5 in 1.5s]`,
      "success",
      "model",
      "main.o",
    ],
    [
      `12:34:56  3 of 12 ERROR creating sql view model main.orders ${DOTS} [ERROR in 0.03s]`,
      "error",
      "model",
      "main.orders",
    ],
    [`12:34:56  1 of 12 START seed file main.raw ${DOTS} [RUN]`, "running", "seed", "main.raw"],
    [
      `12:34:56  1 of 12 OK loaded seed file main.raw ${DOTS} [INSERT 100 in 0.04s]`,
      "success",
      "seed",
      "main.raw",
    ],
    [
      `12:34:56  5 of 12 START test not_null_orders_id ${DOTS} [RUN]`,
      "running",
      "test",
      "not_null_orders_id",
    ],
    [
      `12:34:56  5 of 12 PASS not_null_orders_id ${DOTS} [PASS in 0.02s]`,
      "pass",
      "test",
      "not_null_orders_id",
    ],
    [
      `12:34:56  5 of 12 FAIL 3 unique_orders_id ${DOTS} [FAIL 3 in 0.02s]`,
      "fail",
      "test",
      "unique_orders_id",
    ],
    [
      `12:34:56  5 of 12 WARN 2 unique_orders_id ${DOTS} [WARN 2 in 0.02s]`,
      "warn",
      "test",
      "unique_orders_id",
    ],
    [`12:34:56  6 of 12 SKIP relation main.late ${DOTS} [SKIP]`, "skipped", "model", "main.late"],
    [`12:34:56  6 of 12 SKIP test late ${DOTS} [SKIP]`, "skipped", "test", "late"],
    [
      `12:34:56  2 of 12 OK snapshotted main.snap ${DOTS} [success in 0.09s]`,
      "success",
      "snapshot",
      "main.snap",
    ],
    [
      `12:34:56  1 of 2 PASS freshness of shop.orders ${DOTS} [PASS in 0.02s]`,
      "pass",
      "source",
      "shop.orders",
    ],
    [
      `12:34:56  1 of 1 START hook: shop.on-run-start.0 ${DOTS} [RUN]`,
      "running",
      "operation",
      "shop.on-run-start.0",
    ],
    [`3 of 12 START sql table model main.orders ${DOTS} [RUN]`, "running", "model", "main.orders"],
  ])("reads %s", (line, state, resourceType, label) => {
    expect(parseConsoleLine(line)).toMatchObject({ state, resourceType, label });
  });

  test("reads through colours, with counter, seconds and failures", () => {
    const line = `\u001B[0m12:00:01  4 of 9 FAIL 7 unique_x ${DOTS} [\u001B[31mFAIL 7\u001B[0m in 1.25s]`;
    expect(parseConsoleLine(line)).toEqual({
      index: 4,
      total: 9,
      state: "fail",
      resourceType: "test",
      label: "unique_x",
      executionTimeS: 1.25,
      failures: 7,
      clock: "12:00:01",
    });
  });

  test.each([
    "12:34:56  Running with dbt=1.11.0",
    "12:34:56  Done. PASS=1 WARN=0 ERROR=0 SKIP=0 TOTAL=1",
    "12:34:56  Finished running 1 table model in 0 hours 0 minutes and 1.2 seconds",
    "",
    "1 of 2 parts",
  ])("leaves %j alone", (line) => {
    expect(parseConsoleLine(line)).toBeUndefined();
  });

  test("never throws and never takes long, whatever it is given", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `1 of 2 START ${text.repeat(50)} [`),
        ),
        (line) => {
          const event = parseConsoleLine(line);
          expect(event === undefined || Number.isSafeInteger(event.index)).toBe(true);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
