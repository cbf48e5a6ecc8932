-- Nodes of a step, one row each: a step of ten thousand nodes is read a page at a time.
create table dbt_service.run_nodes (
  step_id integer not null references dbt_service.run_steps (id) on delete cascade,
  position integer not null,
  node jsonb not null,
  -- Beside the node: most of its bytes, and shown of one node at a time.
  compiled_code text,
  primary key (step_id, position)
);

insert into dbt_service.run_nodes (step_id, position, node, compiled_code)
select step.id, one.position, one.node - 'compiled_code', one.node ->> 'compiled_code'
from dbt_service.run_steps step
cross join lateral jsonb_array_elements(step.nodes) with ordinality as one (node, position)
where jsonb_typeof(step.nodes) = 'array';

alter table dbt_service.run_steps drop column nodes;
