-- What the compiler says of Dag files that can be read all the same.
create table airloom.type_error (
  file text primary key,
  total int not null,
  errors jsonb not null,
  checked_at timestamptz not null
);
