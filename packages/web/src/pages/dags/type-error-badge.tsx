import type { UiDag } from "@airloom/api";
import { renderPlural } from "../../format/number.ts";
import { StateLabel } from "../../states/state-icon.tsx";
import { TASK_LOOKS } from "../../states/task-state.ts";

/** How much the compiler finds wrong with a Dag that runs all the same; nothing where all is well. */
export function TypeErrorBadge({ dag }: { readonly dag: Pick<UiDag, "type_error_count"> }) {
  if (dag.type_error_count === 0) return null;
  const label = renderPlural(dag.type_error_count, "type error");
  return (
    <span className="nowrap small">
      <StateLabel look={{ ...TASK_LOOKS.upstream_failed, label }} />
    </span>
  );
}
