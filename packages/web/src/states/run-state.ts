import { describeTrouble, hasFailures, type RunState, type RunTroubleCounts } from "@airloom/api";
import type { StateLook } from "./state-look.ts";
import { TASK_LOOKS } from "./task-state.ts";

/** How each state of a dag run looks: as the task state of the same name. */
export const RUN_LOOKS = {
  queued: { ...TASK_LOOKS.queued, meaning: "waits for its turn" },
  running: { ...TASK_LOOKS.running, meaning: "its tasks are under way" },
  success: { ...TASK_LOOKS.success, meaning: "every task that counts succeeded" },
  failed: { ...TASK_LOOKS.failed, meaning: "a task that counts failed" },
} as const satisfies Readonly<Record<RunState, StateLook>>;

type Run = RunTroubleCounts & { readonly state: RunState };

/** True for a run that is green, or may yet be, although something in it failed. */
export function isTroubled(run: Run): boolean {
  return run.state !== "failed" && hasFailures(run);
}

/** What the page of a run, or of its Dag, shows in its tab. */
export function toneOfRun(run: Run): "plain" | "failed" | "running" {
  if (run.state === "failed" || isTroubled(run)) return "failed";
  return run.state === "running" ? "running" : "plain";
}

/** How a run looks with what went wrong in it: a failure is never hidden by a green run. */
export function lookOfRun(run: Run): StateLook {
  const look = RUN_LOOKS[run.state];
  const trouble = describeTrouble(run);
  if (trouble === "") return look;
  if (run.state !== "success") return { ...look, label: `${look.label}, ${trouble}` };
  return {
    label: `succeeded, ${trouble}`,
    meaning: "the run succeeded because its last tasks did; not everything in it did",
    shape: hasFailures(run) ? "disc-failing" : "disc-warning",
    colour: look.colour,
  };
}
