import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TRIGGER_RULES, type TriggerRule } from "./dag-spec.ts";
import { readRule } from "./invariants/rule-oracle.ts";
import { TASK_STATES, type TaskState } from "./state.ts";
import { countDone, countUpstream, judge } from "./trigger-rule.ts";

/** Every state a rule can tell apart: the terminal ones, one that has not begun and one under way. */
const STATES = [
  "success",
  "skipped",
  "failed",
  "upstream_failed",
  "removed",
  "none",
  "running",
] as const satisfies readonly TaskState[];

/** All multisets of up to `most` states. */
function* multisets(most: number, from = 0): Iterable<readonly TaskState[]> {
  yield [];
  if (most === 0) return;
  for (const [index, state] of STATES.entries()) {
    if (index < from) continue;
    for (const rest of multisets(most - 1, index)) yield [state, ...rest];
  }
}

const anyRule = fc.constantFrom(...TRIGGER_RULES);
const anyState = fc.constantFrom(...TASK_STATES);

describe("judge()", () => {
  test("refuses a rule that is none", () => {
    expect(() => judge(JSON.parse('"sometimes"'), countUpstream(["success"]))).toThrow(
      "Unreachable",
    );
  });

  test("agrees with a second reading of the rules over every multiset of up to five upstreams", () => {
    let cases = 0;
    for (const rule of TRIGGER_RULES) {
      for (const upstream of multisets(5)) {
        cases += 1;
        const verdict = judge(rule, countUpstream(upstream));
        expect(`${rule} ${upstream.join()} ${verdict}`).toBe(
          `${rule} ${upstream.join()} ${readRule(rule, upstream)}`,
        );
      }
    }
    expect(cases).toBe(TRIGGER_RULES.length * 792);
  });

  test("agrees with it over large random upstreams, in any order", () => {
    fc.assert(
      fc.property(anyRule, fc.array(anyState, { maxLength: 40 }), (rule, upstream) => {
        const verdict = judge(rule, countUpstream(upstream));
        expect(verdict).toBe(readRule(rule, upstream));
        expect(judge(rule, countUpstream(upstream.toReversed()))).toBe(verdict);
      }),
      { numRuns: 2_000 },
    );
  });

  test("never takes back a verdict when a pending upstream ends, but for those that do not wait", () => {
    const patient = TRIGGER_RULES.filter((rule) => !rule.startsWith("one_") && rule !== "always");
    fc.assert(
      fc.property(
        fc.constantFrom(...patient),
        fc.array(anyState, { minLength: 1, maxLength: 8 }),
        fc.constantFrom(...STATES.slice(0, 5)),
        (rule, upstream, end) => {
          const before = judge(rule, countUpstream(["running", ...upstream]));
          expect(before).not.toBe("run");
          if (before === "upstream_failed") {
            expect(judge(rule, countUpstream([end, ...upstream]))).toBe("upstream_failed");
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test.each([
    ["all_success", ["skipped", "running"], "skipped"],
    ["all_success", ["skipped", "failed", "running"], "upstream_failed"],
    ["all_done_min_one_success", ["skipped", "success"], "skipped"],
    ["one_success", ["success", "running"], "run"],
    ["one_success", ["skipped", "upstream_failed"], "upstream_failed"],
    ["one_success", ["skipped", "skipped"], "skipped"],
    ["one_failed", ["upstream_failed", "running"], "run"],
    ["one_done", ["skipped", "upstream_failed"], "skipped"],
    ["none_failed_min_one_success", ["skipped", "success"], "run"],
    ["none_failed_min_one_success", ["skipped", "skipped"], "skipped"],
    ["none_skipped", ["failed", "upstream_failed"], "run"],
    ["all_success", ["success", "removed"], "wait"],
    ["always", ["none"], "run"],
  ] as const)("%s over %j is %s", (rule, upstream, verdict) => {
    expect(judge(rule, countUpstream(upstream))).toBe(verdict);
  });

  test("tolerates removed upstreams of a mapped task", () => {
    const upstream = countUpstream(["success", "success", "removed"]);
    expect(judge("all_success", upstream, 0)).toBe("run");
    expect(judge("none_failed", upstream, 1)).toBe("run");
    expect(judge("all_failed", countUpstream(["failed", "removed"]), 0)).toBe("run");
  });

  test("removes a mapped task that its shrunk map no longer reaches", () => {
    const upstream = countUpstream(["success", "success", "removed"]);
    expect(judge("all_success", upstream, 1)).toBe("run");
    expect(judge("all_success", upstream, 2)).toBe("removed");
    expect(judge("all_success", upstream)).toBe("wait");
  });
});

test("judge() refuses a rule that it does not know", () => {
  const rule: TriggerRule = JSON.parse('"most_success"');
  expect(() => judge(rule, countUpstream(["success"]))).toThrow("Unreachable");
});

test("countDone() counts every terminal state", () => {
  expect(countDone(countUpstream(TASK_STATES))).toBe(5);
});
