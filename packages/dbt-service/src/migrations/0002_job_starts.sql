-- Until when schedules have been looked at: after a stop the service goes on from there.
create table dbt_service.schedule_cursor (
  is_only boolean primary key default true check (is_only),
  looked_until timestamptz not null
);

-- Null on a finished run until the jobs that wait for its end were started.
alter table dbt_service.runs add column followed_at timestamptz;
update dbt_service.runs set followed_at = now() where status >= 10;
create index runs_unfollowed on dbt_service.runs (id) where status >= 10 and followed_at is null;
