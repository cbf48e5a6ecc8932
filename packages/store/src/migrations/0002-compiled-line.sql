alter table airloom.task_node add column compiled_line integer;
