create table airloom.dag (
  dag_id text primary key,
  version integer not null,
  file text not null,
  display_name text not null,
  tags text[] not null,
  is_paused boolean not null,
  is_active boolean not null,
  is_stale boolean not null,
  parsed_at timestamptz not null,
  next_run_after timestamptz,
  next_data_interval_start timestamptz,
  next_data_interval_end timestamptz
);

create index dag_by_file on airloom.dag (file);

create table airloom.dag_version (
  dag_id text not null,
  version integer not null,
  hash text not null,
  spec json not null,
  file text not null,
  source text not null,
  created_at timestamptz not null,
  primary key (dag_id, version)
);

create table airloom.import_error (
  id bigint generated always as identity primary key,
  file text not null unique,
  message text not null,
  line integer,
  "column" integer,
  code_frame text,
  stack text,
  at timestamptz not null
);

create table airloom.dag_run (
  id bigint generated always as identity primary key,
  dag_id text not null,
  run_id text not null,
  run_type text not null,
  triggered_by text not null,
  triggering_user text,
  state text not null check (state in ('queued', 'running', 'success', 'failed')),
  logical_date timestamptz,
  data_interval_start timestamptz,
  data_interval_end timestamptz,
  run_after timestamptz not null,
  queued_at timestamptz not null,
  started_at timestamptz,
  ended_at timestamptz,
  conf json not null,
  note text,
  dag_version integer not null,
  dag_hash text not null,
  clear_number integer not null,
  unique (dag_id, run_id)
) with (fillfactor = 80);

create unique index dag_run_scheduled_once on airloom.dag_run (dag_id, logical_date)
  where run_type = 'scheduled';
create index dag_run_newest on airloom.dag_run (dag_id, run_after desc, id desc);
create index dag_run_by_logical_date on airloom.dag_run (dag_id, logical_date);
create index dag_run_active on airloom.dag_run (dag_id, run_after, id)
  where state in ('queued', 'running');

create table airloom.task_instance (
  id bigint generated always as identity primary key,
  dag_run_id bigint not null,
  task_id text not null,
  map_index integer not null,
  state text not null,
  try_number integer not null,
  max_tries integer not null,
  chain integer not null,
  lost_count integer not null,
  operator text not null,
  pool text not null,
  pool_slots integer not null,
  priority_weight integer not null,
  queue text not null,
  lease_token text,
  lease_expires_at timestamptz,
  scheduled_at timestamptz,
  queued_at timestamptz,
  started_at timestamptz,
  ended_at timestamptz,
  next_try_at timestamptz,
  deferral json,
  resumption json,
  failure json,
  note text,
  worker text,
  unique (dag_run_id, task_id, map_index)
) with (fillfactor = 70);

-- Small: a row is in it only while its attempt occupies something. What it costs stands in bench/transitions.ts.
create index task_instance_active on airloom.task_instance (pool)
  where state in ('queued', 'running', 'deferred', 'restarting', 'awaiting_input');

create table airloom.task_history (
  id bigint generated always as identity primary key,
  task_instance_id bigint not null,
  dag_run_id bigint not null,
  task_id text not null,
  map_index integer not null,
  try_number integer not null,
  chain integer not null,
  from_state text not null,
  to_state text not null,
  lease_token text,
  actor text not null,
  reason text,
  at timestamptz not null
);

create index task_history_by_run on airloom.task_history (dag_run_id);

create table airloom.run_history (
  id bigint generated always as identity primary key,
  dag_run_id bigint not null,
  from_state text not null,
  to_state text not null,
  actor text not null,
  reason text,
  at timestamptz not null
);

create index run_history_by_run on airloom.run_history (dag_run_id);

create table airloom.task_try (
  task_instance_id bigint not null,
  try_number integer not null,
  state text not null,
  started_at timestamptz,
  ended_at timestamptz,
  queued_at timestamptz,
  failure json,
  worker text,
  primary key (task_instance_id, try_number)
);

create table airloom.task_node (
  task_instance_id bigint not null,
  try_number integer not null,
  unique_id text not null,
  name text not null,
  resource_type text not null,
  state text not null,
  started_at timestamptz,
  ended_at timestamptz,
  execution_time_s double precision,
  message text,
  failures integer,
  compiled_sql text,
  relation_name text,
  file text,
  line integer,
  depends_on text[] not null,
  index integer not null,
  primary key (task_instance_id, try_number, unique_id)
);

create table airloom.rendered_fields (
  task_instance_id bigint not null,
  try_number integer not null,
  fields json not null,
  primary key (task_instance_id, try_number)
);

create table airloom.task_state (
  task_instance_id bigint not null,
  chain integer not null,
  key text not null,
  value json not null,
  primary key (task_instance_id, chain, key)
);

create table airloom.xcom (
  dag_run_id bigint not null,
  task_id text not null,
  map_index integer not null,
  key text not null,
  value json not null,
  at timestamptz not null,
  primary key (dag_run_id, task_id, map_index, key)
);

create table airloom.connection (
  connection_id text primary key,
  conn_type text not null,
  description text,
  host text,
  login text,
  password_encrypted text,
  schema text,
  port integer,
  extra_encrypted text,
  updated_at timestamptz not null
);

create table airloom.variable (
  key text primary key,
  value text,
  value_encrypted text,
  description text,
  is_secret boolean not null,
  updated_at timestamptz not null,
  check ((value is null) <> (value_encrypted is null))
);

create table airloom.pool (
  name text primary key,
  slots integer not null check (slots >= -1),
  description text,
  include_deferred boolean not null
);

insert into airloom.pool (name, slots, description, include_deferred)
  values ('default_pool', 128, 'Where tasks run that name no other pool', false);

create table airloom.app_user (
  username text primary key,
  role text not null check (role in ('admin', 'editor', 'viewer')),
  is_active boolean not null,
  password_hash text not null
);

create table airloom.session (
  token_hash text primary key,
  username text not null references airloom.app_user (username) on delete cascade,
  expires_at timestamptz not null
);

create table airloom.audit (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  actor text not null,
  event text not null,
  dag_id text,
  run_id text,
  task_id text,
  extra json not null
);

create index audit_by_dag on airloom.audit (dag_id, at desc);
create index audit_by_time on airloom.audit (at desc);

create table airloom.heartbeat (
  component text primary key,
  at timestamptz not null
) with (fillfactor = 50);
