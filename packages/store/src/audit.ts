import type { AccessStore, AuditEntry } from "@airloom/core";
import { cleanText } from "./clean-text.ts";
import type { Database, Statement } from "./database.ts";
import { type Listing, loadPage } from "./page.ts";
import type { SqlDatabase } from "./sql-database.ts";
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

/** Who did what: only ever added to. */
export function auditStore(database: Database): Pick<AccessStore, "saveAudit" | "listAudit"> {
  return {
    saveAudit: async (entry) => {
      await database.run(insertOf(entry));
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
          .add("a.event ilike any(?::text[])", matchingPattern(filter.eventPattern))
          .add("(a.dag_id = any(?::text[]) or a.dag_id is null)", filter.visibleTo?.dagIds)
          .add("(a.dag_id is not null or a.actor = ?)", filter.visibleTo?.username),
      }),
  };
}

/** The same log for a service that has a plain connection alone. */
export function openAuditLog(database: SqlDatabase): Pick<AccessStore, "saveAudit"> {
  return {
    saveAudit: async (entry) => {
      const { text, values } = insertOf(entry);
      await database.query(text, values);
    },
  };
}

function insertOf(entry: Omit<AuditEntry, "id">): Statement {
  const { at, actor, event, dagId, runId, taskId, extra } = entry;
  return {
    text: `insert into airloom.audit (at, actor, event, dag_id, run_id, task_id, extra)
           values ($1, $2, $3, $4, $5, $6, $7)`,
    values: [at, cleanText(actor), event, dagId, runId, taskId, JSON.stringify(extra)],
  };
}
