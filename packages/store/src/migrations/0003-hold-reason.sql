alter table airloom.task_instance add column hold_reason text;

-- The scheduler used to write its reasons into the notes: a note is a person's where the audit log knows of one.
update airloom.task_instance ti set hold_reason = ti.note, note = null
from airloom.dag_run r
where r.id = ti.dag_run_id and ti.note is not null
  and not exists (
    select from airloom.audit a
    where a.event in ('patch_task_instance', 'save_task_note')
      and a.dag_id = r.dag_id and a.run_id = r.run_id and a.task_id = ti.task_id
  );
