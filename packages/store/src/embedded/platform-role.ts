import { existsSync, readFileSync } from "node:fs";
import type { Client } from "pg";
import type { ConnectOptions } from "../connect-options.ts";
import { hasRole, savePassword, withClient, withLock } from "./answer.ts";
import { tcpPasswordFile } from "./tcp-access.ts";

/** Owns the server. Nobody comes in as it but us, over the socket, to make the role below. */
export const SERVER_ROLE = "postgres";

/** Exists only while a cluster of before is handed over. */
const HANDOVER_ROLE = "airloom_handover";
const LOCK = "airloom.platform_role";

/**
 * Sees to it that the platform's role is there, is no superuser, and owns the platform's database.
 *
 * Clusters that were made before this rule have no other role: theirs becomes the server's, under its name, and all that
 * it owned in the platform's database goes to a new one. Whoever is killed half-way is gone on from by the next.
 */
export async function openPlatformRole(platform: ConnectOptions, dataDir: string): Promise<void> {
  const server = { ...platform, user: SERVER_ROLE, database: "postgres" };
  if (!(await hasRole(server))) await handServerOver(platform, server);
  await withLock(server, LOCK, async (client) => {
    const { user, database } = platform;
    await client.query(`drop role if exists ${HANDOVER_ROLE}`);
    if (!(await isThere(client, "select 1 from pg_roles where rolname = $1", user))) {
      await createRole(client, user, dataDir);
    }
    const owner = await findDatabaseOwner(client, database);
    if (owner === undefined) {
      const [name, role] = [client.escapeIdentifier(database), client.escapeIdentifier(user)];
      await client.query(`create database ${name} owner ${role}`);
    } else if (owner === SERVER_ROLE) {
      await withClient({ ...server, database }, (inside) => giveAway(inside, platform));
    }
  });
}

/** PostgreSQL's first role stays its superuser for ever, so it takes the server's name and leaves ours free. */
async function handServerOver(platform: ConnectOptions, server: ConnectOptions): Promise<void> {
  await withLock(platform, LOCK, async (client) => {
    // Another process may have done it while this one waited.
    if (await hasRole(server)) return;
    const handover = { ...server, user: HANDOVER_ROLE };
    await client.query(`drop role if exists ${HANDOVER_ROLE}`);
    await client.query(`create role ${HANDOVER_ROLE} superuser login`);
    // No role may rename itself.
    await withClient(handover, async (other) => {
      const role = other.escapeIdentifier(platform.user);
      await other.query(`alter role ${role} password null`);
      await other.query(`alter role ${role} rename to ${SERVER_ROLE}`);
    });
  });
}

async function createRole(client: Client, role: string, dataDir: string): Promise<void> {
  await client.query(
    `create role ${client.escapeIdentifier(role)} login nosuperuser nocreatedb nocreaterole noreplication nobypassrls`,
  );
  const file = tcpPasswordFile(dataDir);
  if (existsSync(file)) await savePassword(client, role, readFileSync(file, "utf8").trim());
}

async function findDatabaseOwner(client: Client, database: string): Promise<string | undefined> {
  const found = await client.query<{ readonly owner: string }>(
    "select pg_get_userbyid(datdba) as owner from pg_database where datname = $1",
    [database],
  );
  return found.rows[0]?.owner;
}

/** Whole or not at all: the database, which says that it was done, goes last and in the same transaction. */
async function giveAway(client: Client, { user, database }: ConnectOptions): Promise<void> {
  const role = client.escapeIdentifier(user);
  await client.query("begin");
  for (const { statement } of (await client.query<Statement>(GIVE_AWAY)).rows) {
    await client.query(`${statement} owner to ${role}`);
  }
  await client.query(`alter database ${client.escapeIdentifier(database)} owner to ${role}`);
  await client.query("commit");
}

interface Statement {
  readonly statement: string;
}

/** One `alter …` for each thing that the server's role owns and somebody made: nothing of the system or of an extension. */
const GIVE_AWAY = `
  with owner as (select oid from pg_roles where rolname = '${SERVER_ROLE}'),
  schemas as (
    select oid, nspowner from pg_namespace
    where nspname !~ '^pg_' and nspname <> 'information_schema'
  ),
  extended as (select classid, objid from pg_depend where deptype = 'e'),
  owned_sequences as (
    select objid from pg_depend where classid = 'pg_class'::regclass and deptype in ('a', 'i')
  )
  select format('alter schema %I', s.oid::regnamespace) as statement
  from schemas s join owner on s.nspowner = owner.oid
  where s.oid::regnamespace::text <> 'public'
  union all
  select format('alter table %s', c.oid::regclass)
  from pg_class c join schemas s on s.oid = c.relnamespace join owner on c.relowner = owner.oid
  where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
    and not (c.relkind = 'S' and c.oid in (select objid from owned_sequences))
    and ('pg_class'::regclass, c.oid) not in (select classid, objid from extended)
  union all
  select format('alter routine %s', p.oid::regprocedure)
  from pg_proc p join schemas s on s.oid = p.pronamespace join owner on p.proowner = owner.oid
  where ('pg_proc'::regclass, p.oid) not in (select classid, objid from extended)
  union all
  select format('alter type %s', t.oid::regtype)
  from pg_type t join schemas s on s.oid = t.typnamespace join owner on t.typowner = owner.oid
  left join pg_class c on c.oid = t.typrelid
  where (t.typtype in ('e', 'd', 'r') or (t.typtype = 'c' and c.relkind = 'c'))
    and ('pg_type'::regclass, t.oid) not in (select classid, objid from extended)`;

async function isThere(client: Client, query: string, name: string): Promise<boolean> {
  return ((await client.query(query, [name])).rowCount ?? 0) > 0;
}
