import type { NodeState } from "@airloom/api";
import type { StateLook } from "./state-look.ts";
import { TASK_LOOKS } from "./task-state.ts";

/** How each state of a dbt node looks: tests are squares, built nodes round or octagonal. */
export const NODE_LOOKS = {
  none: TASK_LOOKS.none,
  running: { ...TASK_LOOKS.running, meaning: "in the warehouse now" },
  success: { ...TASK_LOOKS.success, meaning: "built" },
  error: { ...TASK_LOOKS.failed, label: "error", meaning: "not built" },
  "runtime error": { ...TASK_LOOKS.failed, label: "runtime error", meaning: "could not be tried" },
  "partial success": {
    label: "partial success",
    meaning: "some batches were built",
    shape: "triangle",
    colour: "--dbt-warn",
  },
  skipped: { ...TASK_LOOKS.skipped, meaning: "something before it failed" },
  pass: {
    label: "pass",
    meaning: "test found nothing",
    shape: "square-check",
    colour: "--dbt-pass",
  },
  fail: { label: "fail", meaning: "test found rows", shape: "square-cross", colour: "--dbt-fail" },
  warn: {
    label: "warn",
    meaning: "test found rows, below error",
    shape: "triangle",
    colour: "--dbt-warn",
  },
  "no-op": { label: "no-op", meaning: "nothing to do", shape: "ring-dash", colour: "--dbt-no-op" },
} as const satisfies Readonly<Record<NodeState, StateLook>>;

/** Worst first: the order in which people look at a dbt run. */
const BADNESS = {
  error: 0,
  "runtime error": 0,
  fail: 1,
  "partial success": 2,
  running: 3,
  skipped: 4,
  warn: 5,
  none: 6,
  "no-op": 8,
  success: 7,
  pass: 7,
} as const satisfies Readonly<Record<NodeState, number>>;

/** The place of a state in the order "worst first". */
export function badnessOf(state: NodeState): number {
  return BADNESS[state];
}

/** Whether a rerun of what failed takes the node again. */
export function isNodeBad(state: NodeState): boolean {
  return BADNESS[state] <= 2;
}

/** Reads a node state that came as text; a word this build does not know is shown as "not yet". */
export function parseNodeState(text: string): NodeState {
  return isNodeState(text) ? text : "none";
}

function isNodeState(text: string): text is NodeState {
  return Object.hasOwn(NODE_LOOKS, text);
}
