import type { UiNode } from "@airloom/api";
import { parseNodeState } from "../../states/node-state.ts";
import type { StateLook } from "../../states/state-look.ts";
import { TASK_LOOKS } from "../../states/task-state.ts";
import { type DbtNode, type DbtStatus, isoOf } from "./dbt-wire.ts";

/** How each status of a dbt run or step looks. */
export const DBT_LOOKS = {
  1: TASK_LOOKS.queued,
  2: { ...TASK_LOOKS.scheduled, label: "starting", meaning: "takes its copy of the project" },
  3: TASK_LOOKS.running,
  10: TASK_LOOKS.success,
  20: { ...TASK_LOOKS.failed, label: "error", meaning: "a step failed" },
  30: { ...TASK_LOOKS.removed, label: "cancelled", meaning: "stopped by somebody" },
} as const satisfies Readonly<Record<DbtStatus, StateLook>>;

/** A node of a dbt run as the task page knows nodes, so that both share their tables. */
export function uiNodeOf(node: DbtNode, index: number): UiNode {
  return {
    unique_id: node.unique_id,
    name: node.name,
    resource_type: node.resource_type,
    state: parseNodeState(node.status),
    start_date: isoOf(node.started_at),
    end_date: isoOf(node.finished_at),
    execution_time: node.execution_time,
    message: node.message,
    failures: node.failures,
    compiled_sql: node.compiled_code,
    relation_name: node.relation_name,
    file: node.file,
    line: node.line,
    compiled_line: node.compiled_line,
    depends_on: [...node.depends_on],
    index,
  };
}
