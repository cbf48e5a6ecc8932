-- A key means a run of the job it came with: it must find, or hold up, no run of another project.
drop index dbt_service.runs_idempotency;
create unique index runs_idempotency on dbt_service.runs (job_id, idempotency_key)
  where idempotency_key is not null;
