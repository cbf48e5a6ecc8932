import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseLogLine, parseStatsLine } from "./parse-log-line.ts";

describe("parseLogLine()", () => {
  test.each([
    [
      "11:07:45  1 of 32 START sql table model marts.broken_macro ............................... [RUN]",
      {
        event: "START",
        index: 1,
        total: 32,
        type: "model",
        materialization: "table",
        relation: "marts.broken_macro",
        name: "broken_macro",
        status: "RUN",
        durationSeconds: undefined,
      },
    ],
    [
      "11:07:46  2 of 32 OK loaded seed file reference.delay_bands .............................. [INSERT 5 in 0.30s]",
      {
        event: "OK",
        type: "seed",
        relation: "reference.delay_bands",
        status: "INSERT 5",
        durationSeconds: 0.3,
      },
    ],
    [
      "11:07:46  7 of 32 ERROR creating sql view model staging.stg_flights ...................... [ERROR in 0.13s]",
      {
        event: "ERROR",
        type: "model",
        materialization: "view",
        relation: "staging.stg_flights",
        durationSeconds: 0.13,
      },
    ],
    [
      "11:07:46  20 of 32 SKIP relation marts.fct_daily_delays .................................. [SKIP]",
      {
        event: "SKIP",
        type: "model",
        relation: "marts.fct_daily_delays",
        name: "fct_daily_delays",
      },
    ],
    [
      "11:07:46  13 of 32 SKIP test relationships_stg_flights_origin__airport_code__ref_stg_airports_  [SKIP]",
      {
        event: "SKIP",
        type: "test",
        name: "relationships_stg_flights_origin__airport_code__ref_stg_airports_",
      },
    ],
    [
      "11:07:46  15 of 32 FAIL 186 within_range_stg_airports_latitude__90__30 ................... [FAIL 186 in 0.05s]",
      {
        event: "FAIL",
        type: "test",
        failures: 186,
        name: "within_range_stg_airports_latitude__90__30",
        status: "FAIL 186",
      },
    ],
    [
      "10:30:10  3 of 35 PASS source_not_null_raw_airports_iata ................................. [PASS in 0.08s]",
      {
        event: "PASS",
        type: "test",
        name: "source_not_null_raw_airports_iata",
        failures: undefined,
      },
    ],
    [
      "10:32:14  14 of 31 WARN 7 within_range_stg_flights_delay_min___60 ........................ [WARN 7 in 0.01s]",
      { event: "WARN", failures: 7 },
    ],
    [
      "10:30:11  18 of 35 OK snapshotted snapshots.snap_airports ................................ [OK in 0.23s]",
      { event: "OK", type: "snapshot", relation: "snapshots.snap_airports", name: "snap_airports" },
    ],
    [
      "10:30:11  29 of 35 NO-OP exposure delay_dashboard ........................................ [NO-OP in 0.00s]",
      { event: "NO-OP", type: "exposure", name: "delay_dashboard" },
    ],
    [
      "11:29:28  1 of 1 PASS freshness of raw.flights ........................................... [PASS in 0.00s]",
      { event: "PASS", type: "source", relation: "raw.flights" },
    ],
    [
      "\u001b[0m10:30:10  1 of 35 OK created sql incremental model marts.fct ..................... [\u001b[32mOK\u001b[0m in 1.50s]",
      { event: "OK", materialization: "incremental", durationSeconds: 1.5, time: "10:30:10" },
    ],
    [
      "11:07:46.562112 [error] [Thread-2 (]: 15 of 32 FAIL 186 within_range ................... [FAIL 186 in 0.05s]",
      { event: "FAIL", name: "within_range", time: "11:07:46" },
    ],
  ])("reads %s", (line, expected) => {
    expect(parseLogLine(line)).toMatchObject(expected);
  });

  test.each([
    "11:07:45  Concurrency: 2 threads (target='dev')",
    "11:07:46  Completed with 4 errors, 0 partial successes, and 0 warnings:",
    "",
    "Traceback (most recent call last):",
  ])("leaves %j alone", (line) => {
    expect(parseLogLine(line)).toBeUndefined();
  });

  test("never fails, whatever the line is", () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(), (text, index) => {
        parseLogLine(text);
        parseLogLine(`10:00:00  ${index} of 9 OK ${text} .... [OK in 0.1s]`);
      }),
      { numRuns: 1_000 },
    );
  });
});

test("parseStatsLine() reads the sums, with and without NO-OP", () => {
  expect(parseStatsLine("11:07:46  Done. PASS=8 WARN=0 ERROR=3 SKIP=21 NO-OP=0 TOTAL=32")).toEqual({
    pass: 8,
    warn: 0,
    error: 3,
    skip: 21,
    noOp: 0,
    total: 32,
  });
  expect(parseStatsLine("Done. PASS=1 WARN=2 ERROR=3 SKIP=4 TOTAL=10")?.noOp).toBe(0);
  expect(parseStatsLine("Done.")).toBeUndefined();
});
