-- What went wrong in a run is counted from rows, whatever the run's own state says. Both indexes are as small as the
-- trouble there is: a run in which all went well has no row in them.
create index task_instance_failed on airloom.task_instance (dag_run_id, state)
  where state in ('failed', 'upstream_failed');

alter table airloom.task_node add column dag_run_id bigint;
update airloom.task_node n set dag_run_id = ti.dag_run_id
from airloom.task_instance ti where ti.id = n.task_instance_id;
create index task_node_troubled on airloom.task_node (dag_run_id)
  where state in ('error', 'fail', 'runtime error', 'partial success', 'warn');

-- What ended lately is asked for by every look at the home page.
create index dag_run_by_end on airloom.dag_run (ended_at);
