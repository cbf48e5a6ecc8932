-- What lived in deleted projects and environments went on: jobs answered, were triggered and started by their schedules.
update dbt_service.resources child set state = 2, updated_at = now()
from dbt_service.resources parent
where child.state = 1 and parent.state = 2 and parent.kind = 'project' and child.project_id = parent.id;

update dbt_service.resources child set state = 2, updated_at = now()
from dbt_service.resources parent
where child.state = 1 and parent.state = 2 and parent.kind = 'environment'
  and child.kind in ('job', 'env_var') and child.body ->> 'environment_id' = parent.id::text;

update dbt_service.resources child set state = 2, updated_at = now()
from dbt_service.resources parent
where child.state = 1 and parent.state = 2 and parent.kind = 'job'
  and child.kind = 'env_var' and child.body ->> 'job_definition_id' = parent.id::text;

update dbt_service.runs run set
  status = case when run.status = 1 then 30 else run.status end,
  finished_at = case when run.status = 1 then now() else run.finished_at end,
  status_message = case when run.status = 1
    then 'Cancelled: its job, environment or project was deleted.' else run.status_message end,
  cancel_requested_at = coalesce(run.cancel_requested_at, now()), updated_at = now()
from dbt_service.resources gone
where run.status < 10 and gone.state = 2
  and (gone.kind, gone.id) in
    (('project', run.project_id), ('environment', run.environment_id), ('job', run.job_id));
