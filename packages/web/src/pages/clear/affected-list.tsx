import type { TaskInstance } from "@airloom/api";
import { Instant } from "../../app/time.tsx";
import { renderPlural } from "../../format/number.ts";
import { renderTries } from "../../format/tries.ts";
import { StateLabel } from "../../states/state-icon.tsx";
import { TASK_LOOKS } from "../../states/task-state.ts";
import { ScrollRegion } from "../../ui/scroll-region.tsx";

/** The task instances an action takes, as they are now. */
export function AffectedList({
  instances,
  outcome = "will run again",
  isStale = false,
}: {
  readonly instances: readonly TaskInstance[];
  /** What becomes of them. */
  readonly outcome?: string;
  readonly isStale?: boolean;
}) {
  const runs = new Set(instances.map(({ dag_run_id }) => dag_run_id)).size;
  if (instances.length === 0) return <p className="text-2 small">No task changes.</p>;
  return (
    <div className="affected" aria-busy={isStale}>
      <div className="affected-head">
        <b>
          {renderPlural(instances.length, "task")} in {renderPlural(runs, "run")} {outcome}
        </b>
        <span className="text-3 small">Dry run: nothing has changed yet</span>
      </div>
      <ScrollRegion className="scroll" label="Affected tasks">
        <table className="table">
          <thead>
            <tr>
              <th>Task</th>
              <th>Run (UTC)</th>
              <th>State now</th>
              <th className="number">Tries</th>
            </tr>
          </thead>
          <tbody>
            {instances.map((instance) => (
              <tr key={`${instance.dag_run_id} ${instance.task_id} ${instance.map_index}`}>
                <td className="name" title={instance.task_id}>
                  <b>{instance.task_id}</b>
                  {instance.map_index >= 0 && ` [${instance.map_index}]`}
                </td>
                <td className="text-2">
                  <Instant at={instance.run_after} as="run" />
                </td>
                <td>
                  <StateLabel look={TASK_LOOKS[instance.state ?? "none"]} />
                </td>
                <td className="number">{renderTries(instance)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </div>
  );
}
