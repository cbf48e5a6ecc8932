import type { Connection, EventLog, ImportError, Pool, Variable } from "@airloom/api";
import type {
  AuditEntry,
  ConnectionView,
  ImportError as CoreImportError,
  Pool as CorePool,
  Variable as CoreVariable,
} from "@airloom/core";
import { renderInstant, renderInstantOrNull } from "./instants.ts";

/** Shown in place of a secret. */
export const MASK = "***";

export function renderConnection(view: ConnectionView): Connection {
  return {
    connection_id: view.connectionId,
    conn_type: view.connType,
    description: view.description,
    host: view.host,
    login: view.login,
    schema: view.schema,
    port: view.port,
    password: null,
    has_password: view.hasPassword,
    extra: view.extra,
    origin: view.origin,
    dags: view.dags === null ? null : [...view.dags],
    updated_at: renderInstantOrNull(view.updatedAt),
    team_name: null,
  };
}

export function renderVariable(variable: CoreVariable): Variable {
  return {
    key: variable.key,
    value: variable.isSecret ? MASK : variable.value,
    description: variable.description,
    is_encrypted: true,
    is_secret: variable.isSecret,
    updated_at: renderInstantOrNull(variable.updatedAt),
    team_name: null,
  };
}

export function renderPool(pool: CorePool): Pool {
  return {
    name: pool.name,
    slots: pool.slots,
    description: pool.description,
    include_deferred: pool.includeDeferred,
    occupied_slots: pool.occupiedSlots,
    running_slots: pool.runningSlots,
    queued_slots: pool.queuedSlots,
    scheduled_slots: pool.scheduledSlots,
    deferred_slots: pool.deferredSlots,
    // Airflow's JSON writes the open slots of an unlimited pool as -1.
    open_slots: pool.slots < 0 ? -1 : Math.max(0, pool.slots - pool.occupiedSlots),
    team_name: null,
  };
}

export function renderImportError(error: CoreImportError): ImportError {
  return {
    import_error_id: Number(error.id),
    timestamp: renderInstant(error.at),
    filename: error.file,
    bundle_name: "dags-folder",
    stack_trace: [error.message, error.codeFrame, error.stack].filter(Boolean).join("\n\n"),
  };
}

export function renderEventLog(entry: AuditEntry): EventLog {
  return {
    event_log_id: Number(entry.id),
    when: renderInstant(entry.at),
    dag_id: entry.dagId,
    task_id: entry.taskId,
    run_id: entry.runId,
    map_index: null,
    try_number: null,
    event: entry.event,
    logical_date: null,
    owner: entry.actor,
    extra: JSON.stringify(entry.extra),
    dag_display_name: entry.dagId,
    task_display_name: entry.taskId,
  };
}
