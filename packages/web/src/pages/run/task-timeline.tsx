import type { TaskInstance } from "@airloom/api";
import { Link } from "@tanstack/react-router";
import { useNow } from "../../app/services.ts";
import { Took } from "../../app/time.tsx";
import { StateLabel } from "../../states/state-icon.tsx";
import { TASK_LOOKS } from "../../states/task-state.ts";
import { type TimelineBar, timelineOf } from "./timeline.ts";

/** The tasks of a run, each with its wait and its work on one shared axis. */
export function TaskTimeline({ instances }: { readonly instances: readonly TaskInstance[] }) {
  const now = useNow();
  const bars = timelineOf(instances, now);
  return (
    <div className="scroll">
      <table className="table timeline-table">
        <thead>
          <tr>
            <th>Task</th>
            <th>State</th>
            <th className="wide-only number">Try</th>
            <th className="number">Took</th>
            <th className="wide-only timeline-column">Queued, deferred and running</th>
          </tr>
        </thead>
        <tbody>
          {instances.map((instance) => {
            const key = `${instance.task_id} ${instance.map_index}`;
            return (
              <tr key={key} data-row>
                <td className="name" title={instance.task_display_name}>
                  <TaskLink instance={instance} />
                </td>
                <td>
                  <StateLabel look={TASK_LOOKS[instance.state ?? "none"]} />
                </td>
                <td className="wide-only number">{instance.try_number}</td>
                <td className="number text-2">
                  <Took start={instance.start_date} end={instance.end_date} />
                </td>
                <td className="wide-only timeline-column">
                  <Bar bar={bars.get(key)} instance={instance} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function TaskLink({ instance }: { readonly instance: TaskInstance }) {
  return (
    <Link
      to="/dags/$dagId/runs/$runId/tasks/$taskId"
      params={{
        dagId: instance.dag_id,
        runId: instance.dag_run_id,
        taskId: instance.task_id,
      }}
      search={instance.map_index < 0 ? {} : { map: instance.map_index }}
      className="link-plain strong"
    >
      {instance.task_display_name}
      {instance.map_index >= 0 && ` [${instance.map_index}]`}
    </Link>
  );
}

function Bar({
  bar,
  instance,
}: {
  readonly bar: TimelineBar | undefined;
  readonly instance: TaskInstance;
}) {
  if (bar === undefined) return <span className="timing" />;
  const { colour } = TASK_LOOKS[instance.state ?? "none"];
  const tint = instance.state === "success" ? 55 : 100;
  const works = bar.resumed ?? bar.started;
  return (
    <span className="timing">
      <Stretch name="queued" from={bar.queued} to={bar.started} />
      <Stretch name="deferred" from={bar.started} to={works} />
      <span
        className="timing-bar"
        style={{
          left: `${works * 100}%`,
          width: `${(bar.ended - works) * 100}%`,
          background: `color-mix(in srgb, var(${colour}) ${tint}%, var(--bg-surface))`,
        }}
      />
    </span>
  );
}

/** A stretch in which the task held no process. */
function Stretch({
  name,
  from,
  to,
}: {
  readonly name: "queued" | "deferred";
  readonly from: number;
  readonly to: number;
}) {
  if (to <= from) return null;
  return (
    <span
      className={`timing-bar waiting ${name}`}
      title={name === "queued" ? "queued" : "deferred: waiting, without a process"}
      style={{ left: `${from * 100}%`, width: `${(to - from) * 100}%` }}
    />
  );
}
