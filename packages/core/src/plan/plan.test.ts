import { buildDag, buildTask } from "@airloom/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TRIGGER_RULES } from "../dag-spec.ts";
import { applyRunMove, applyTaskMove } from "../move.ts";
import { isTerminal } from "../state.ts";
import { buildSnapshot, layBoard, NOW, summarize } from "./fixtures/lay-board.ts";
import { plan } from "./plan.ts";
import { Usage } from "./usage.ts";

describe("plan()", () => {
  test("decides from a board that followed moves as from one laid anew, and every run ends", () => {
    const anyTask = fc.record({
      sources: fc.array(fc.nat(), { maxLength: 3 }),
      rule: fc.constantFrom(...TRIGGER_RULES),
      isEmpty: fc.boolean(),
      pool: fc.constantFrom("default_pool", "p"),
    });
    const anyEnd = fc.constantFrom(
      "success",
      "failed",
      "skipped",
      "up_for_retry",
      "up_for_reschedule" as const,
    );
    fc.assert(
      fc.property(
        fc.array(anyTask, { minLength: 1, maxLength: 12 }),
        fc.array(anyEnd, { minLength: 5, maxLength: 30 }),
        fc.integer({ min: 1, max: 3 }),
        (drafts, ends, maxActiveTasks) => {
          const tasks = drafts.map(({ sources, rule, isEmpty, pool }, index) =>
            buildTask(`t${index}`, {
              upstream:
                index === 0 ? [] : [...new Set(sources.map((source) => `t${source % index}`))],
              triggerRule: rule,
              isEmpty,
              pool,
            }),
          );
          const dag = buildDag("dag", tasks, { maxActiveTasks });
          const usage = new Usage();
          const board = layBoard(dag, {}, { usage });
          const pools = new Map(
            ["default_pool", "p"].map((name) => [name, { slots: 2, includeDeferred: false }]),
          );
          let run = board.run;
          for (let step = 0; run.state === "running"; step += 1) {
            expect(step).toBeLessThan(200);
            const freshUsage = new Usage();
            const instances = tasks
              .keys()
              .toArray()
              .flatMap((position) => board.instanceAt(position) ?? []);
            const fresh = layBoard(dag, {}, { run, taskInstances: instances, usage: freshUsage });
            const decided = plan(buildSnapshot([board], { usage, pools }), NOW);
            expect(
              summarize(plan(buildSnapshot([fresh], { usage: freshUsage, pools }), NOW)),
            ).toEqual(summarize(decided));
            expect(freshUsage.active).toBe(usage.active);
            for (const [judged, heldByPast] of decided.judged) judged.settle(heldByPast, NOW);
            for (const { taskInstance, transition } of decided.tasks) {
              const known = board.instanceAt(board.positionOf(taskInstance.id) ?? -1);
              if (known !== undefined) board.set(applyTaskMove(known, transition));
            }
            for (const move of decided.runs) run = applyRunMove(run, move.transition);
            board.setRun(run);
            for (const position of tasks.keys()) {
              const known = board.instanceAt(position);
              const end = ends[(step + position) % ends.length] ?? "success";
              if (known?.state === "queued")
                board.set({ ...known, state: step > 20 ? "success" : end, nextTryAt: NOW });
            }
          }
          for (const position of tasks.keys()) {
            const state = board.instanceAt(position)?.state ?? "none";
            expect(isTerminal(state)).toBe(true);
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test("looks at a wide run once per plan, not once per pair of tasks", () => {
    const count = 1_000;
    const tasks = [
      ...Array.from({ length: count }, (_, index) => buildTask(`t${index}`)),
      buildTask("join", { upstream: Array.from({ length: count }, (_, index) => `t${index}`) }),
    ];
    const board = layBoard(buildDag("wide", tasks, { maxActiveTasks: count }));
    const room = {
      freeSlots: count,
      parallelism: count,
      pools: new Map([["default_pool", { slots: -1, includeDeferred: false }]]),
    };
    expect(plan(buildSnapshot([board], room), NOW).starts).toHaveLength(count);
    board.settle([], NOW);
    let plans = 0;
    for (const position of tasks.keys().take(count)) {
      const known = board.instanceAt(position);
      if (known !== undefined) board.set({ ...known, state: "success" });
      plans += 1;
      expect(board.touched.size).toBeLessThanOrEqual(2);
      const { starts } = plan(buildSnapshot([board], room), NOW);
      expect(starts).toHaveLength(plans === count ? 1 : 0);
      board.settle([], NOW);
    }
  });
});
