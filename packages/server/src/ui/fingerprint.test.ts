import { describe, expect, test } from "vitest";
import { fingerprint } from "./fingerprint.ts";

describe("fingerprint() (U24)", () => {
  test.each([
    ["dbt run 17 failed", "dbt run 18 failed"],
    [
      "No row for 2026-11-22T07:00:00+00:00 in 0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0",
      "No row for 2026-11-23T07:00:00+00:00 in 1b1c2d3e-4f50-6172-8394-a5b6c7d8e9f1",
    ],
    ["connect ECONNREFUSED 10.0.0.12:5432", "connect ECONNREFUSED 10.0.0.13:5432"],
    ["timed out after 12.4 s", "timed out after 13.1 s"],
    ["order 10042 has no customer", "order 10043 has no customer"],
    ["process 71 ended by SIGKILL", "process 4122 ended by SIGKILL"],
  ])("%s and %s are one cause", (one, other) => {
    expect(fingerprint(one)).toBe(fingerprint(other));
  });

  test.each([
    ["404 Not Found", "503 Service Unavailable"],
    ["HTTP 404", "HTTP 503"],
    ["column a does not exist", "column b does not exist"],
    ["no table stage_2", "no table stage_3"],
  ])("%s and %s are two", (one, other) => {
    expect(fingerprint(one)).not.toBe(fingerprint(other));
  });
});
