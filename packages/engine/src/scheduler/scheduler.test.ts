import { buildChain } from "@airloom/testkit";
import { describe, expect, test } from "vitest";
import { SchedulerBench } from "./fixtures/scheduler-bench.ts";

describe("a run", () => {
  test("goes through a chain of tasks to success", async () => {
    const bench = new SchedulerBench();
    const run = await bench.run(buildChain(["a", "b", "c"]));
    expect(bench.logged.filter((line) => !line.startsWith("info"))).toEqual([]);
    expect(bench.states(run)).toEqual({ a: "success", b: "success", c: "success" });
    expect(bench.runState(run)).toBe("success");
  });
});
