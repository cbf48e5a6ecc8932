-- What a user may do with some Dags, in place of what the role allows everywhere.
create table airloom.dag_grant (
  username text not null references airloom.app_user (username) on delete cascade,
  dags text not null,
  role text not null check (role in ('none', 'viewer', 'editor', 'admin')),
  primary key (username, dags)
);
