/** The columns of a task instance (`ti`, joined with its run `r`), named as the domain names them. */
export const TASK_INSTANCE_COLUMNS = `
  ti.id, ti.dag_run_id as "dagRunId", r.dag_id as "dagId", r.run_id as "runId",
  ti.task_id as "taskId", ti.map_index as "mapIndex", ti.state, ti.try_number as "tryNumber",
  ti.max_tries as "maxTries", ti.chain, ti.lost_count as "lostCount", ti.operator, ti.pool,
  ti.pool_slots as "poolSlots", ti.priority_weight as "priorityWeight", ti.queue,
  ti.lease_token as "leaseToken", ti.lease_expires_at as "leaseExpiresAt",
  ti.scheduled_at as "scheduledAt", ti.queued_at as "queuedAt", ti.started_at as "startedAt",
  ti.ended_at as "endedAt", ti.next_try_at as "nextTryAt", ti.deferral, ti.resumption, ti.failure,
  ti.hold_reason as "holdReason", ti.note, ti.worker`;

/** Where `TASK_INSTANCE_COLUMNS` come from. */
export const TASK_INSTANCE_SOURCE =
  "airloom.task_instance ti join airloom.dag_run r on r.id = ti.dag_run_id";

/** The columns of a dag run (`r`), named as the domain names them. */
export const DAG_RUN_COLUMNS = `
  r.id, r.dag_id as "dagId", r.run_id as "runId", r.run_type as "runType",
  r.triggered_by as "triggeredBy", r.triggering_user as "triggeringUser", r.state,
  r.logical_date as "logicalDate", r.data_interval_start as "dataIntervalStart",
  r.data_interval_end as "dataIntervalEnd", r.run_after as "runAfter", r.queued_at as "queuedAt",
  r.started_at as "startedAt", r.ended_at as "endedAt", r.conf, r.note,
  r.dag_version as "dagVersion", r.dag_hash as "dagHash", r.clear_number as "clearNumber"`;
