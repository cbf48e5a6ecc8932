import { type AccessStore, AirloomError, type AuditEntry, type User } from "@airloom/core";
import { cleanText } from "./clean-text.ts";
import type { Database } from "./database.ts";
import { type Listing, loadPage } from "./page.ts";
import { matchingPattern, Where } from "./where.ts";

const AUDIT: Listing = {
  title: "audit entries",
  columns: `a.id, a.at, a.actor, a.event, a.dag_id as "dagId", a.run_id as "runId",
    a.task_id as "taskId", a.extra`,
  source: "airloom.audit a",
  orderFields: {
    actor: "a.actor",
    at: "a.at",
    dagId: "a.dag_id",
    event: "a.event",
    id: "a.id",
    runId: "a.run_id",
    taskId: "a.task_id",
  },
  defaultOrder: "a.at desc",
  tieBreak: "a.id desc",
};

/** Users, their sessions, and who did what. */
export function accessStore(database: Database): AccessStore {
  return {
    saveUser: async ({ username, role, isActive, passwordHash }) => {
      if (passwordHash === undefined) {
        const updated = await database.run({
          text: "update airloom.app_user set role = $2, is_active = $3 where username = $1",
          values: [username, role, isActive],
        });
        if (updated === 0) {
          throw new AirloomError(
            "input.invalid",
            `Cannot create user "${username}": a new user needs a password`,
          );
        }
        return;
      }
      await database.run({
        text: `insert into airloom.app_user (username, role, is_active, password_hash)
               values ($1, $2, $3, $4)
               on conflict (username) do update set role = excluded.role,
                 is_active = excluded.is_active, password_hash = excluded.password_hash`,
        values: [username, role, isActive, passwordHash],
      });
    },

    findUser: async (username) => {
      const [user] = await database.rows<User & { readonly passwordHash: string }>({
        text: `select username, role, is_active as "isActive", password_hash as "passwordHash"
               from airloom.app_user where username = $1`,
        values: [username],
      });
      return user;
    },

    saveSession: async ({ tokenHash, username, expiresAt }, now) => {
      await database.run({
        text: "delete from airloom.session where expires_at <= $1",
        values: [now],
      });
      await database.run({
        text: `insert into airloom.session (token_hash, username, expires_at) values ($1, $2, $3)
               on conflict (token_hash) do update set expires_at = excluded.expires_at`,
        values: [tokenHash, username, expiresAt],
      });
    },

    findSession: async (tokenHash, now) => {
      const [user] = await database.rows<User>({
        name: "find_session",
        text: `select u.username, u.role, u.is_active as "isActive"
               from airloom.session s join airloom.app_user u on u.username = s.username
               where s.token_hash = $1 and s.expires_at > $2 and u.is_active`,
        values: [tokenHash, now],
      });
      return user;
    },

    deleteSession: async (tokenHash) => {
      await database.run({
        text: "delete from airloom.session where token_hash = $1",
        values: [tokenHash],
      });
    },

    saveAudit: async ({ at, actor, event, dagId, runId, taskId, extra }) => {
      await database.run({
        text: `insert into airloom.audit (at, actor, event, dag_id, run_id, task_id, extra)
               values ($1, $2, $3, $4, $5, $6, $7)`,
        values: [at, cleanText(actor), event, dagId, runId, taskId, JSON.stringify(extra)],
      });
    },

    listAudit: (filter, page) =>
      loadPage<AuditEntry>(database, AUDIT, {
        page,
        where: new Where()
          .add("a.dag_id = ?", filter.dagId)
          .add("a.run_id = ?", filter.runId)
          .add("a.task_id = ?", filter.taskId)
          .add("a.event = ?", filter.event)
          .add("a.dag_id ilike any(?::text[])", matchingPattern(filter.dagIdPattern))
          .add("a.actor ilike any(?::text[])", matchingPattern(filter.actorPattern))
          .add("a.event ilike any(?::text[])", matchingPattern(filter.eventPattern)),
      }),
  };
}
