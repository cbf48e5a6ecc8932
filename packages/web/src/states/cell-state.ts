import type { UiCell } from "@airloom/api";
import { NODE_LOOKS } from "./node-state.ts";
import type { StateLook } from "./state-look.ts";
import { TASK_LOOKS } from "./task-state.ts";

/** How a grid cell's state looks, be it that of a task or of a dbt node. */
export const CELL_LOOKS = {
  ...TASK_LOOKS,
  ...NODE_LOOKS,
} as const satisfies Readonly<Record<UiCell["state"], StateLook>>;
