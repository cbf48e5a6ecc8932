import type { AccessStore, User, UserChange, UserView } from "@airloom/core";
import type { Database, Queries } from "./database.ts";
import { type Listing, loadPage } from "./page.ts";
import { endSessions } from "./sessions.ts";
import { containing, Where } from "./where.ts";

const USERS: Listing = {
  title: "users",
  columns: `u.username, u.role, u.is_active as "isActive", u.created_at as "createdAt",
    u.last_sign_in_at as "lastSignInAt",
    (select count(*)::int from airloom.session s where s.username = u.username
      and s.kind = 'sign_in' and s.expires_at > $1) as "sessionCount",
    (select count(*)::int from airloom.session s where s.username = u.username
      and s.kind = 'token' and s.expires_at > $1) as "tokenCount"`,
  // The list is counted from the same source: a moment that only the columns name would have no type there.
  source: "airloom.app_user u cross join (select $1::timestamptz) asked (at)",
  orderFields: {
    createdAt: "u.created_at",
    isActive: "u.is_active",
    lastSignInAt: "u.last_sign_in_at",
    role: "u.role",
    username: "u.username",
  },
  defaultOrder: "u.username",
  tieBreak: "u.username",
};

type UserStore = Pick<
  AccessStore,
  "createUser" | "changeUser" | "findUser" | "findUserView" | "listUsers"
>;

/** Who may sign in. */
export function userStore(database: Database): UserStore {
  return {
    createUser: (user, now) =>
      database.transaction(async (queries) => {
        // Names that differ in upper and lower case alone are made one after the other.
        await queries.run({
          text: "select pg_advisory_xact_lock(hashtextextended('airloom.user.' || lower($1), 0))",
          values: [user.username],
        });
        const created = await queries.run({
          text: `insert into airloom.app_user (username, role, is_active, password_hash, created_at)
                 select $1, $2, $3, $4, $5
                 where not exists (select from airloom.app_user where lower(username) = lower($1))`,
          values: [user.username, user.role, user.isActive, user.passwordHash, now],
        });
        return created > 0;
      }),

    changeUser: (username, change, options = {}) =>
      database.transaction(async (queries) => {
        const user = await lockUser(queries, username);
        if (user === undefined) return "not_found";
        const next = { ...user, ...change };
        const isAdmin = next.role === "admin" && next.isActive;
        if (!isAdmin && (await isLastAdmin(queries, user))) return "last_admin";
        await queries.run({
          text: `update airloom.app_user set role = $2, is_active = $3,
                   password_hash = coalesce($4, password_hash) where username = $1`,
          values: [username, next.role, next.isActive, change.passwordHash ?? null],
        });
        await endWhatChanged(queries, { username, change, keepSessionId: options.keepSessionId });
        return "changed";
      }),

    findUser: async (username) => {
      const [user] = await database.rows<User & { readonly passwordHash: string }>({
        text: `select username, role, is_active as "isActive", password_hash as "passwordHash"
               from airloom.app_user where username = $1`,
        values: [username],
      });
      return user;
    },

    findUserView: async (username, now) => {
      const [user] = await database.rows<UserView>({
        text: `select ${USERS.columns} from ${USERS.source} where u.username = $2`,
        values: [now, username],
      });
      return user;
    },

    listUsers: (filter, page, now) =>
      loadPage<UserView>(database, USERS, {
        page,
        where: new Where([now]).add("u.username ilike ?", containing(filter.search)),
      }),
  };
}

/** Locks the admins first, all in one order, so that two changes that each spare the other's admin wait for each other. */
async function lockUser(queries: Queries, username: string): Promise<User | undefined> {
  const users = await queries.rows<User>({
    text: `select username, role, is_active as "isActive" from airloom.app_user
           where username = $1 or (role = 'admin' and is_active) order by username for update`,
    values: [username],
  });
  return users.find((user) => user.username === username);
}

async function isLastAdmin(queries: Queries, user: User): Promise<boolean> {
  if (user.role !== "admin" || !user.isActive) return false;
  const [others] = await queries.rows<{ readonly count: number }>({
    text: `select count(*)::int as count from airloom.app_user
           where role = 'admin' and is_active and username <> $1`,
    values: [user.username],
  });
  return others?.count === 0;
}

async function endWhatChanged(
  queries: Queries,
  {
    username,
    change,
    keepSessionId,
  }: {
    readonly username: string;
    readonly change: UserChange;
    readonly keepSessionId: string | undefined;
  },
): Promise<void> {
  if (change.isActive === false) {
    await queries.run({
      text: "delete from airloom.session where username = $1",
      values: [username],
    });
  } else if (change.passwordHash !== undefined) {
    await endSessions(queries, username, { keepSessionId });
  }
}
