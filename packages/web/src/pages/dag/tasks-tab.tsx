import type { Task, TimeDelta } from "@airloom/api";
import { useQuery } from "@tanstack/react-query";
import { tasksQuery } from "../../api/queries.ts";
import { QueryView } from "../../app/query-view.tsx";
import { useApi } from "../../app/services.ts";
import { renderDuration } from "../../format/duration.ts";

/** What the Dag's file says about each task. */
export function TasksTab({ dagId }: { readonly dagId: string }) {
  const query = useQuery(tasksQuery(useApi(), dagId));
  return (
    <QueryView query={query}>
      {({ tasks }) => (
        <div className="panel scroll">
          <table className="table">
            <thead>
              <tr>
                <th>Task</th>
                <th>Operator</th>
                <th>Trigger rule</th>
                <th className="number">Retries</th>
                <th>Retry delay</th>
                <th>Timeout</th>
                <th>Pool</th>
                <th>Downstream</th>
              </tr>
            </thead>
            <tbody>
              {tasks.map((task) => (
                <TaskRow key={task.task_id} task={task} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </QueryView>
  );
}

function TaskRow({ task }: { readonly task: Task }) {
  return (
    <tr>
      <td className="name" title={task.task_display_name ?? undefined}>
        <b>{task.task_display_name}</b>
      </td>
      <td className="mono">{task.operator_name}</td>
      <td>{task.trigger_rule}</td>
      <td className="number">{task.retries}</td>
      <td>{renderDelta(task.retry_delay)}</td>
      <td>{renderDelta(task.execution_timeout)}</td>
      <td>{task.pool}</td>
      <td className="wraps text-2">{(task.downstream_task_ids ?? []).join(", ")}</td>
    </tr>
  );
}

function renderDelta(delta: TimeDelta | null): string {
  return delta === null ? "" : renderDuration(delta.days * 86_400 + delta.seconds);
}
