import type { JsonObject } from "../json.ts";
import type { Page, PageRequest } from "./page.ts";

/** The roles, each of which may do what those before it may. */
export const ROLES = ["viewer", "editor", "admin"] as const;
export type Role = (typeof ROLES)[number];

/** Somebody who may sign in. */
export interface User {
  readonly username: string;
  readonly role: Role;
  readonly isActive: boolean;
}

/** A user as admins see it. */
export interface UserView extends User {
  readonly createdAt: Date;
  readonly lastSignInAt: Date | null;
  /** Sign-ins that are not over. */
  readonly sessionCount: number;
  /** API tokens that are not over. */
  readonly tokenCount: number;
}

/** What is changed of a user; what is left out stays. */
export interface UserChange {
  readonly role?: Role;
  readonly isActive?: boolean;
  readonly passwordHash?: string;
}

/** What became of a change: `last_admin` where nobody would be left who may change users. */
export type UserChangeResult = "changed" | "not_found" | "last_admin";

/**
 * One right to act as a user until it ends: a sign-in, an API token that the user made and named, or the key that
 * the commands of a running environment hold.
 */
export interface UserSession {
  readonly id: string;
  readonly kind: "sign_in" | "token" | "environment";
  readonly username: string;
  /** Of a token. */
  readonly name: string | null;
  /** Where it was begun from. */
  readonly address: string | null;
  readonly createdAt: Date;
  /** To the minute. */
  readonly lastUsedAt: Date | null;
  readonly expiresAt: Date;
}

/** A session that begins. `tokenHash` is SHA-256 of its token; the token itself is never stored. */
export interface NewSession
  extends Pick<UserSession, "kind" | "username" | "name" | "address" | "expiresAt"> {
  readonly tokenHash: string;
  /**
   * What the caller showed to be let in: the password behind this hash, or another session. It must still be good
   * when the session begins; left out by whoever holds the store anyway.
   */
  readonly proof?: { readonly passwordHash: string } | { readonly sessionId: string };
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
  /** False, and nothing is changed, where there is a user whose name differs in upper and lower case at most. */
  createUser(user: User & { readonly passwordHash: string }, now: Date): Promise<boolean>;
  /**
   * Changes a user in one transaction. A new password ends every session and token of the user but `keepSessionId` and
   * the keys of environments; deactivating the user ends them all.
   *
   * Contract: of two concurrent changes never both succeed if together they leave no active admin.
   */
  changeUser(
    username: string,
    change: UserChange,
    options?: { readonly keepSessionId?: string },
  ): Promise<UserChangeResult>;
  findUser(username: string): Promise<(User & { readonly passwordHash: string }) | undefined>;
  findUserView(username: string, now: Date): Promise<UserView | undefined>;
  listUsers(
    filter: { readonly search?: string },
    page: PageRequest,
    now: Date,
  ): Promise<Page<UserView>>;

  /**
   * Forgets the sessions that are over by `now`, so that there are never more of them than sign-ins within one
   * lifetime. Answers its id; `undefined` where the user is gone or inactive, or the proof is good no more.
   *
   * Contract: a session begun at the same time as a change of password either ends with it or is refused.
   */
  saveSession(session: NewSession, now: Date): Promise<string | undefined>;
  /** The session of a token that is not over, and its user, who is active. */
  findSession(
    tokenHash: string,
    now: Date,
  ): Promise<{ readonly user: User; readonly session: UserSession } | undefined>;
  /** Keeps when a session was used last. */
  touchSession(sessionId: string, now: Date): Promise<void>;
  /** Those of a user that are not over, newest first; the keys of environments are none of them. */
  listSessions(username: string, page: PageRequest, now: Date): Promise<Page<UserSession>>;
  deleteSession(tokenHash: string): Promise<void>;
  /** Ends one of a user's sessions by its id; false where there is none, or it is an environment's key. */
  endSession(username: string, sessionId: string): Promise<boolean>;
  /** Ends every session and token of a user but `keepSessionId` and environments' keys. Answers how many. */
  endSessions(username: string, options?: { readonly keepSessionId?: string }): Promise<number>;
  /** Whether the user has signed in from this address and the session has not been forgotten yet. */
  hasSessionFrom(username: string, address: string): Promise<boolean>;

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
      /** Only rows of these Dags, and of none those that the user wrote. */
      readonly visibleTo?: { readonly dagIds: readonly string[]; readonly username: string };
    },
    page: PageRequest,
  ): Promise<Page<AuditEntry>>;
}
