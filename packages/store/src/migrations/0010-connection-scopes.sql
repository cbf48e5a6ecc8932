-- Which Dags may use a connection, named as grants name them; null is every Dag.
alter table airloom.connection add column dags text[] check (cardinality(dags) > 0);
