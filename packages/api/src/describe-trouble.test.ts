import { describe, expect, test } from "vitest";
import { describeTrouble, hasFailures } from "./describe-trouble.ts";

const NONE = {
  failed_task_count: 0,
  upstream_failed_task_count: 0,
  failed_node_count: 0,
  warned_node_count: 0,
};

describe("describeTrouble() (U5)", () => {
  test.each([
    [{}, ""],
    [{ failed_task_count: 1 }, "1 task failed"],
    [{ failed_task_count: 2, upstream_failed_task_count: 1 }, "2 tasks failed, 1 upstream failed"],
    [{ upstream_failed_task_count: 3 }, "3 tasks upstream failed"],
    [{ failed_task_count: 2_200 }, "2,200 tasks failed"],
    [{ failed_node_count: 1, warned_node_count: 2 }, "1 dbt node failed, 2 dbt nodes warned"],
  ])("%j reads %s", (counts, words) => {
    expect(describeTrouble({ ...NONE, ...counts })).toBe(words);
  });
});

test("a warning alone is no failure, everything else is", () => {
  expect(hasFailures(NONE)).toBe(false);
  expect(hasFailures({ ...NONE, warned_node_count: 1 })).toBe(false);
  expect(hasFailures({ ...NONE, failed_task_count: 1 })).toBe(true);
  expect(hasFailures({ ...NONE, upstream_failed_task_count: 1 })).toBe(true);
  expect(hasFailures({ ...NONE, failed_node_count: 1 })).toBe(true);
});
