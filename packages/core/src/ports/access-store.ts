import type { JsonObject } from "../json.ts";
import type { Page, PageRequest } from "./page.ts";

/** Somebody who may sign in. */
export interface User {
  readonly username: string;
  readonly role: "admin" | "editor" | "viewer";
  readonly isActive: boolean;
}

/** One thing that somebody did. */
export interface AuditEntry {
  readonly id: string;
  readonly at: Date;
  readonly actor: string;
  readonly event: string;
  readonly dagId: string | null;
  readonly runId: string | null;
  readonly taskId: string | null;
  readonly extra: JsonObject;
}

/** Where users, their sessions and the audit log live. */
export interface AccessStore {
  saveUser(user: User & { readonly passwordHash?: string }): Promise<void>;
  findUser(username: string): Promise<(User & { readonly passwordHash: string }) | undefined>;
  /**
   * `tokenHash` is SHA-256 of the token; the token itself is never stored. Forgets the sessions that are over by `now`,
   * so that there are never more of them than sign-ins within one lifetime.
   */
  saveSession(
    session: { readonly tokenHash: string; readonly username: string; readonly expiresAt: Date },
    now: Date,
  ): Promise<void>;
  findSession(tokenHash: string, now: Date): Promise<User | undefined>;
  deleteSession(tokenHash: string): Promise<void>;
  saveAudit(entry: Omit<AuditEntry, "id">): Promise<void>;
  listAudit(
    filter: {
      readonly dagId?: string;
      readonly runId?: string;
      readonly taskId?: string;
      readonly event?: string;
      /** As `runIdPattern` of runs. */
      readonly dagIdPattern?: string;
      readonly actorPattern?: string;
      readonly eventPattern?: string;
    },
    page: PageRequest,
  ): Promise<Page<AuditEntry>>;
}
