import type { EventLog } from "@airloom/api";
import { Link } from "@tanstack/react-router";
import { Instant } from "../../app/time.tsx";
import { describeEntry, type EntryTarget } from "./describe-entry.ts";

/** Who did what to what. */
export function AuditTable({ entries }: { readonly entries: readonly EventLog[] }) {
  return (
    <div className="panel scroll">
      <table className="table audit-table">
        <thead>
          <tr>
            <th>When</th>
            <th>Who</th>
            <th>Event</th>
            <th>What</th>
            <th>Run</th>
            <th>More</th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <Row key={entry.event_log_id} entry={entry} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ entry }: { readonly entry: EventLog }) {
  const { target, more } = describeEntry(entry);
  return (
    <tr>
      <td className="text-2">
        <Instant at={entry.when} />
      </td>
      <td>{entry.owner}</td>
      <td className="mono">{entry.event}</td>
      <td>{target === undefined ? <DagAndTask entry={entry} /> : <Target target={target} />}</td>
      <td>
        <Run entry={entry} />
      </td>
      <td className="wraps text-2">{more}</td>
    </tr>
  );
}

const PAGES = {
  connection: "/connections",
  variable: "/variables",
  pool: "/pools",
  user: "/users",
} as const;

function Target({ target: { kind, name } }: { readonly target: EntryTarget }) {
  if (kind === undefined) return name;
  return (
    <Link to={PAGES[kind]} search={{ id: name }} className="link">
      {name}
    </Link>
  );
}

function DagAndTask({ entry }: { readonly entry: EventLog }) {
  const { dag_id: dagId, run_id: runId, task_id: taskId } = entry;
  if (dagId === null) return null;
  return (
    <>
      <Link to="/dags/$dagId" params={{ dagId }} className="link">
        {dagId}
      </Link>
      {taskId !== null && " / "}
      {taskId !== null && runId === null && taskId}
      {taskId !== null && runId !== null && (
        <Link
          to="/dags/$dagId/runs/$runId/tasks/$taskId"
          params={{ dagId, runId, taskId }}
          className="link"
        >
          {taskId}
        </Link>
      )}
    </>
  );
}

function Run({ entry: { dag_id: dagId, run_id: runId } }: { readonly entry: EventLog }) {
  if (runId === null) return null;
  if (dagId === null) return <span className="mono">{runId}</span>;
  return (
    <Link to="/dags/$dagId/runs/$runId" params={{ dagId, runId }} className="mono link">
      {runId}
    </Link>
  );
}
