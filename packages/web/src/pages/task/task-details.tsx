import { momentOf } from "../../app/time.tsx";
import { Facts } from "../../ui/facts.tsx";
import { Panel } from "../../ui/panel.tsx";
import type { AttemptView } from "./task-page.tsx";

/** Everything else that is known of the attempt. */
export function TaskDetails({ view: { key, attempt, instance } }: { readonly view: AttemptView }) {
  const { queued_when, start_date } = attempt;
  // A task that waited without a process is queued once more after its start.
  const isResumed =
    queued_when !== null && start_date !== null && Date.parse(queued_when) > Date.parse(start_date);
  return (
    <Panel title="Details">
      <div className="panel-body">
        <Facts
          facts={{
            Dag: key.dagId,
            Run: <span className="mono">{key.runId}</span>,
            Task: <span className="mono">{key.taskId}</span>,
            "Map index": key.mapIndex >= 0 ? key.mapIndex : null,
            Operator: attempt.operator_name,
            Scheduled: isResumed ? null : momentOf(attempt.scheduled_when),
            Queued: isResumed ? null : momentOf(attempt.queued_when),
            Started: momentOf(attempt.start_date),
            "Queued to resume": isResumed ? momentOf(attempt.queued_when) : null,
            Ended: momentOf(attempt.end_date),
            Queue: attempt.queue,
            Pool: attempt.pool,
            Priority: attempt.priority_weight,
            Worker: attempt.hostname,
            "Dag version": attempt.dag_version?.version_number,
            Trigger: instance.trigger?.classpath,
            "Failed at": attempt.failure?.place,
            "Instance ID": <span className="mono">{instance.id}</span>,
          }}
        />
      </div>
    </Panel>
  );
}
