import type { AccessStore, NewSession, User, UserSession } from "@airloom/core";
import type { Database, Queries } from "./database.ts";
import { type Listing, loadPage } from "./page.ts";
import { isRowId } from "./row-id.ts";
import { Where } from "./where.ts";

const SESSIONS: Listing = {
  title: "sessions",
  columns: `s.id::text as id, s.kind, s.username, s.name, s.address, s.created_at as "createdAt",
    s.last_used_at as "lastUsedAt", s.expires_at as "expiresAt"`,
  source: "airloom.session s",
  orderFields: {
    createdAt: "s.created_at",
    expiresAt: "s.expires_at",
    lastUsedAt: "s.last_used_at",
    name: "s.name",
  },
  defaultOrder: "s.created_at desc",
  tieBreak: "s.id desc",
};

type SessionStore = Omit<
  AccessStore,
  | "createUser"
  | "changeUser"
  | "findUser"
  | "findUserView"
  | "listUsers"
  | "saveAudit"
  | "listAudit"
>;

type Held = UserSession & Pick<User, "role" | "isActive">;

/** Who is signed in, by which token. */
export function sessionStore(database: Database): SessionStore {
  return {
    saveSession: (session, now) =>
      database.transaction(async (queries) => {
        await queries.run({
          text: "delete from airloom.session where expires_at <= $1",
          values: [now],
        });
        if (!(await isProven(queries, session))) return undefined;
        const { tokenHash, kind, username, name, address, expiresAt } = session;
        if (kind === "sign_in") {
          await queries.run({
            text: "update airloom.app_user set last_sign_in_at = $2 where username = $1",
            values: [username, now],
          });
        }
        const [row] = await queries.rows<{ readonly id: string }>({
          text: `insert into airloom.session
                   (token_hash, kind, username, name, address, created_at, expires_at)
                 values ($1, $2, $3, $4, $5, $6, $7) returning id::text as id`,
          values: [tokenHash, kind, username, name, address, now, expiresAt],
        });
        return row?.id;
      }),

    findSession: async (tokenHash, now) => {
      const [held] = await database.rows<Held>({
        name: "find_session",
        text: `select ${SESSIONS.columns}, u.role, u.is_active as "isActive"
               from airloom.session s join airloom.app_user u on u.username = s.username
               where s.token_hash = $1 and s.expires_at > $2 and u.is_active`,
        values: [tokenHash, now],
      });
      if (held === undefined) return undefined;
      const { role, isActive, ...session } = held;
      return { user: { username: session.username, role, isActive }, session };
    },

    touchSession: async (sessionId, now) => {
      await database.run({
        text: "update airloom.session set last_used_at = $2 where id = $1",
        values: [sessionId, now],
      });
    },

    listSessions: (username, page, now) =>
      loadPage<UserSession>(database, SESSIONS, {
        page,
        where: new Where()
          .add("s.username = ?", username)
          .add("s.expires_at > ?", now)
          .add("s.kind <> ?", "environment"),
      }),

    deleteSession: async (tokenHash) => {
      await database.run({
        text: "delete from airloom.session where token_hash = $1",
        values: [tokenHash],
      });
    },

    endSession: async (username, sessionId) =>
      isRowId(sessionId) &&
      (await database.run({
        text: `delete from airloom.session
               where username = $1 and id = $2 and kind <> 'environment'`,
        values: [username, sessionId],
      })) > 0,

    endSessions: (username, options) => endSessions(database, username, options),

    hasSessionFrom: async (username, address) => {
      const rows = await database.rows<object>({
        text: `select from airloom.session
               where username = $1 and address = $2 and kind = 'sign_in' limit 1`,
        values: [username, address],
      });
      return rows.length > 0;
    },
  };
}

/** Ends the sessions and tokens of a user, but the one that is kept and the keys of environments. */
export function endSessions(
  queries: Pick<Queries, "run">,
  username: string,
  { keepSessionId }: { readonly keepSessionId?: string | undefined } = {},
): Promise<number> {
  return queries.run({
    text: `delete from airloom.session where username = $1 and kind <> 'environment'
           and id is distinct from $2`,
    values: [username, keepSessionId ?? null],
  });
}

/** Locks the user, so that a change of the password comes before or after and not in between. */
async function isProven(queries: Queries, { username, proof }: NewSession): Promise<boolean> {
  const [user] = await queries.rows<{ readonly hash: string }>({
    text: `select password_hash as hash from airloom.app_user
           where username = $1 and is_active for update`,
    values: [username],
  });
  if (user === undefined) return false;
  if (proof === undefined) return true;
  if ("passwordHash" in proof) return user.hash === proof.passwordHash;
  const sessions = await queries.rows<object>({
    text: "select from airloom.session where username = $1 and id = $2",
    values: [username, proof.sessionId],
  });
  return sessions.length > 0;
}
