import { Instant } from "../../app/time.tsx";
import { Facts } from "../../ui/facts.tsx";
import { Panel } from "../../ui/panel.tsx";
import type { AttemptView } from "./task-page.tsx";

/** Everything else that is known of the attempt. */
export function TaskDetails({ view: { key, attempt, instance } }: { readonly view: AttemptView }) {
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
            Scheduled: <Instant at={attempt.scheduled_when} as="moment" />,
            Queued: <Instant at={attempt.queued_when} as="moment" />,
            Started: <Instant at={attempt.start_date} as="moment" />,
            Ended: <Instant at={attempt.end_date} as="moment" />,
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
