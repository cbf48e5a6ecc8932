import type { UiEvent } from "@airloom/api";
import type { LiveEvent, RunTrouble } from "@airloom/core";
import { renderTrouble } from "./run-wire.ts";

/** A live event in the wire's words; that of a run with what went wrong in it. */
export function renderEvent(event: LiveEvent, trouble: RunTrouble | undefined): UiEvent {
  switch (event.kind) {
    case "task_instance":
      return {
        ...namesOf(event),
        kind: event.kind,
        state: event.state,
        try_number: event.tryNumber,
        start_date: event.startedAt,
        end_date: event.endedAt,
      };
    case "run":
      return {
        kind: event.kind,
        dag_id: event.dagId,
        dag_run_id: event.runId,
        state: event.state,
        ...renderTrouble(trouble),
      };
    case "nodes":
      return { ...namesOf(event), kind: event.kind };
    case "log":
      return { ...namesOf(event), kind: event.kind, try_number: event.tryNumber };
    case "dag":
      return { kind: event.kind, dag_id: event.dagId };
    case "import_errors":
      return { kind: event.kind };
  }
}

function namesOf(event: {
  readonly dagId: string;
  readonly runId: string;
  readonly taskId: string;
  readonly mapIndex: number;
}) {
  return {
    dag_id: event.dagId,
    dag_run_id: event.runId,
    task_id: event.taskId,
    map_index: event.mapIndex,
  };
}
