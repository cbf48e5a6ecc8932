import { z } from "zod";
import {
  Count,
  collectionOf,
  Int,
  Json,
  NewId,
  PAGE_QUERY,
  PathId,
  QueryInt,
  QueryText,
  Timestamp,
  Unsupported,
} from "./fields.ts";

const MAX_TEXT = 100_000;
const Text = z.string().max(MAX_TEXT);

export const ConnectionPath = z.object({ connection_id: PathId });

/**
 * A connection as it is read: `password` is always null and secret values in `extra` are masked. `dags` names the Dags
 * that may use it; null is every Dag. Who does not see all Dags sees the names that fit one they see.
 */
export const Connection = z.object({
  connection_id: z.string(),
  conn_type: z.string(),
  description: z.string().nullable(),
  host: z.string().nullable(),
  login: z.string().nullable(),
  schema: z.string().nullable(),
  port: Int.nullable(),
  password: z.null(),
  has_password: z.boolean(),
  extra: z.string().nullable(),
  origin: z.enum(["database", "environment"]),
  dags: z.array(z.string()).nullable(),
  updated_at: Timestamp.nullable(),
  team_name: z.null(),
});
/** A connection as it was saved; a secret does not move to another place, so it may have to be given again. */
export const SavedConnection = Connection.extend({ cleared_secrets: z.array(z.string()) });
export const ConnectionCollection = collectionOf("connections", Connection);

/** Names of Dags as grants have them: an id, a pattern with `*`, or `tag:` and a tag. Null is every Dag. */
const Scope = z.array(z.string().min(1).max(250)).min(1).max(100);

const CONNECTION_FIELDS = {
  description: Text.nullish(),
  host: Text.nullish(),
  login: Text.nullish(),
  schema: Text.nullish(),
  port: z.int().min(0).max(65_535).nullish(),
  password: Text.nullish(),
  extra: Text.nullish(),
  dags: Scope.nullish(),
  team_name: Unsupported,
} as const;

export const ConnectionBody = z.strictObject({
  connection_id: NewId,
  conn_type: z.string().min(1).max(500),
  ...CONNECTION_FIELDS,
});

/** A field that is left out keeps its value; so does a password or a masked part of `extra` sent back as read. */
export const ConnectionPatchBody = z.strictObject({
  connection_id: PathId.optional(),
  conn_type: z.string().min(1).max(500).optional(),
  ...CONNECTION_FIELDS,
});

export const ConnectionListQuery = z.object({
  ...PAGE_QUERY,
  connection_id_pattern: QueryText.optional(),
});

export const ConnectionTest = z.object({
  status: z.boolean(),
  message: z.string(),
  facts: z.array(z.object({ label: z.string(), value: z.string() })),
});

export const VariablePath = z.object({ variable_key: PathId });

/** A variable as it is read: the value of a secret one is `***`. */
export const Variable = z.object({
  key: z.string(),
  value: z.string(),
  description: z.string().nullable(),
  is_encrypted: z.boolean(),
  is_secret: z.boolean(),
  updated_at: Timestamp.nullable(),
  team_name: z.null(),
});
export const VariableCollection = collectionOf("variables", Variable);

export const VariableBody = z.strictObject({
  key: NewId,
  value: Json,
  description: Text.nullish(),
  is_secret: z.boolean().optional(),
  team_name: Unsupported,
});
export const VariablePatchBody = VariableBody.partial().extend({ key: PathId.optional() });
export const VariableListQuery = z.object({
  ...PAGE_QUERY,
  variable_key_pattern: QueryText.optional(),
});

export const PoolPath = z.object({ pool_name: PathId });

export const Pool = z.object({
  name: z.string(),
  slots: Int,
  description: z.string().nullable(),
  include_deferred: z.boolean(),
  occupied_slots: Count,
  running_slots: Count,
  queued_slots: Count,
  scheduled_slots: Count,
  open_slots: Int,
  deferred_slots: Count,
  team_name: z.null(),
});
export const PoolCollection = collectionOf("pools", Pool);

/** -1 is unlimited. */
const Slots = Int.min(-1);

export const PoolBody = z.strictObject({
  name: NewId,
  slots: Slots,
  description: Text.nullish(),
  include_deferred: z.boolean().default(false),
  team_name: Unsupported,
});
export const PoolPatchBody = z.strictObject({
  pool: PathId.nullish(),
  slots: Slots.nullish(),
  description: Text.nullish(),
  include_deferred: z.boolean().nullish(),
  team_name: Unsupported,
});
export const PoolListQuery = z.object({ ...PAGE_QUERY, pool_name_pattern: QueryText.optional() });

export const ImportErrorPath = z.object({ import_error_id: QueryInt });
export const ImportErrorListQuery = z.object({
  ...PAGE_QUERY,
  filename_pattern: QueryText.optional(),
});

export const EventLog = z.object({
  event_log_id: Count,
  when: Timestamp,
  dag_id: z.string().nullable(),
  task_id: z.string().nullable(),
  run_id: z.string().nullable(),
  map_index: Int.nullable(),
  try_number: Int.nullable(),
  event: z.string(),
  logical_date: Timestamp.nullable(),
  owner: z.string().nullable(),
  extra: z.string().nullable(),
  dag_display_name: z.string().nullable(),
  task_display_name: z.string().nullable(),
});
export const EventLogCollection = collectionOf("event_logs", EventLog);

export const EventLogQuery = z.object({
  ...PAGE_QUERY,
  dag_id: QueryText.optional(),
  task_id: QueryText.optional(),
  run_id: QueryText.optional(),
  event: QueryText.optional(),
  dag_id_pattern: QueryText.optional(),
  owner_pattern: QueryText.optional(),
  event_pattern: QueryText.optional(),
});
