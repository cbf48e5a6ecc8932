-- Steps are made with their run: what an older run never reached is there too, so that a retry finds it.
insert into dbt_service.run_steps (run_id, index, name, command, status)
select run.id, planned.position, planned.step ->> 'name', planned.step ->> 'command', 1
from dbt_service.runs run
cross join lateral jsonb_array_elements(run.plan) with ordinality as planned (step, position)
on conflict (run_id, index) do nothing;
