alter table airloom.app_user
  add column created_at timestamptz not null default now(),
  add column last_sign_in_at timestamptz;

alter table airloom.session
  add column id bigint generated always as identity unique,
  add column kind text not null default 'sign_in'
    check (kind in ('sign_in', 'token', 'environment')),
  add column name text,
  add column address text,
  add column created_at timestamptz not null default now(),
  add column last_used_at timestamptz;

create index session_by_user on airloom.session (username, created_at desc);

create index audit_by_event on airloom.audit (event, at desc);
create index audit_by_actor on airloom.audit (actor, at desc);

-- What was done stays written down: whoever gets at the platform's role changes nothing of it.
create function airloom.refuse_audit_change() returns trigger language plpgsql as $$
begin
  raise exception 'Cannot % %.%: the audit log is only ever added to', lower(tg_op), tg_table_schema, tg_table_name
    using errcode = 'insufficient_privilege';
end
$$;

create trigger audit_is_append_only
  before update or delete or truncate on airloom.audit
  for each statement execute function airloom.refuse_audit_change();
-- Also for a session that plays at being a replica, which passes over ordinary triggers.
alter table airloom.audit enable always trigger audit_is_append_only;

revoke update, delete, truncate on airloom.audit from public;
