import type { RunState } from "@airloom/api";
import type { StateLook } from "./state-look.ts";
import { TASK_LOOKS } from "./task-state.ts";

/** How each state of a dag run looks: as the task state of the same name. */
export const RUN_LOOKS = {
  queued: { ...TASK_LOOKS.queued, meaning: "waits for its turn" },
  running: { ...TASK_LOOKS.running, meaning: "its tasks are under way" },
  success: { ...TASK_LOOKS.success, meaning: "every task that counts succeeded" },
  failed: { ...TASK_LOOKS.failed, meaning: "a task that counts failed" },
} as const satisfies Readonly<Record<RunState, StateLook>>;
