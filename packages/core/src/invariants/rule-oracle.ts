import type { TriggerRule } from "../dag-spec.ts";
import { isTerminal, type TaskState } from "../state.ts";

type Outcome = "run" | "wait" | "skipped" | "upstream_failed";

const OK: readonly TaskState[] = ["success", "skipped"];
const BAD: readonly TaskState[] = ["failed", "upstream_failed"];

/**
 * A second reading of the trigger rules, for a task that is not mapped, written from their description and not from
 * `judge`: what judges the scheduler must not share its mistakes.
 */
export function readRule(rule: TriggerRule, upstream: readonly TaskState[]): Outcome {
  if (upstream.length === 0 || rule === "always") return "run";
  const any = (states: readonly TaskState[]): boolean =>
    upstream.some((state) => states.includes(state));
  const all = (states: readonly TaskState[]): boolean =>
    upstream.every((state) => states.includes(state));
  const isOver = upstream.every(isTerminal);
  const first = (...choices: readonly (readonly [boolean, Outcome])[]): Outcome =>
    choices.find(([holds]) => holds)?.[1] ?? "wait";

  switch (rule) {
    case "all_success":
      return first(
        [any(BAD), "upstream_failed"],
        [any(["skipped"]), "skipped"],
        [all(["success"]), "run"],
      );
    case "all_failed":
      return first([any(OK), "skipped"], [all(BAD), "run"]);
    case "all_done":
      return first([isOver, "run"]);
    case "all_done_min_one_success":
      return first(
        [any(["skipped"]), "skipped"],
        [isOver && any(["success"]), "run"],
        [isOver, "upstream_failed"],
      );
    case "all_skipped":
      return first([any(["success", ...BAD]), "skipped"], [all(["skipped"]), "run"]);
    case "one_failed":
      return first([any(BAD), "run"], [isOver, "skipped"]);
    case "one_success":
      return first(
        [any(["success"]), "run"],
        [all(["skipped"]), "skipped"],
        [isOver, "upstream_failed"],
      );
    case "one_done":
      return first([any(["success", "failed"]), "run"], [isOver, "skipped"]);
    case "none_failed":
      return first([any(BAD), "upstream_failed"], [all(OK), "run"]);
    case "none_failed_min_one_success":
      return first([any(BAD), "upstream_failed"], [all(["skipped"]), "skipped"], [all(OK), "run"]);
    case "none_skipped":
      return first([any(["skipped"]), "skipped"], [isOver, "run"]);
  }
}
