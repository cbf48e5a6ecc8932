import type { TaskInstance } from "@airloom/api";
import { renderPlural } from "../../format/number.ts";
import { StateLabel } from "../../states/state-icon.tsx";
import { TASK_LOOKS } from "../../states/task-state.ts";

/** The task instances an action takes, as they are now. */
export function AffectedList({
  instances,
  isStale = false,
}: {
  readonly instances: readonly TaskInstance[];
  readonly isStale?: boolean;
}) {
  const runs = new Set(instances.map(({ dag_run_id }) => dag_run_id)).size;
  return (
    <div className="affected" aria-busy={isStale}>
      <div className="affected-head">
        <b>
          {renderPlural(instances.length, "task")} in {renderPlural(runs, "run")} will run again
        </b>
        <span className="text-3 small">Dry run: nothing has changed yet</span>
      </div>
      {/* A region that scrolls has to be reachable by keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <section className="scroll" aria-label="Affected tasks" tabIndex={0}>
        <table className="table">
          <thead>
            <tr>
              <th>Task</th>
              <th>Run</th>
              <th>State now</th>
              <th className="number">Tries</th>
            </tr>
          </thead>
          <tbody>
            {instances.map((instance) => (
              <tr key={`${instance.dag_run_id} ${instance.task_id} ${instance.map_index}`}>
                <td>
                  <b>{instance.task_id}</b>
                  {instance.map_index >= 0 && ` [${instance.map_index}]`}
                </td>
                <td className="text-2">{instance.run_after.slice(0, 16).replace("T", " ")}</td>
                <td>
                  <StateLabel look={TASK_LOOKS[instance.state ?? "none"]} />
                </td>
                <td className="number">
                  {instance.try_number} of {Math.max(instance.max_tries, instance.try_number)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  );
}
