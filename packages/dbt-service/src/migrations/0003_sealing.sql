-- When what earlier versions stored in the clear was sealed; the service does it, for the key lies outside of the database.
create table dbt_service.sealing (
  is_only boolean primary key default true check (is_only),
  sealed_at timestamptz not null default now()
);
