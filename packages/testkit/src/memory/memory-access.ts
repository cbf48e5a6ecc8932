import type {
  AccessStore,
  AuditEntry,
  NewSession,
  User,
  UserSession,
  UserView,
} from "@airloom/core";
import { cutPage } from "./memory-page.ts";

type StoredUser = User & {
  readonly passwordHash: string;
  readonly createdAt: Date;
  readonly lastSignInAt: Date | null;
};
type StoredSession = UserSession & { readonly tokenHash: string };
type Kept = { readonly keepSessionId?: string };

/** Users, sessions and the audit log in memory. What comes in one call happens at once: nothing comes between. */
export class MemoryAccess implements AccessStore {
  readonly #users = new Map<string, StoredUser>();
  readonly #audit: AuditEntry[] = [];
  #sessions: readonly StoredSession[] = [];
  #nextId = 1;

  async createUser(user: User & { readonly passwordHash: string }, now: Date): Promise<boolean> {
    const lower = user.username.toLowerCase();
    if ([...this.#users.keys()].some((name) => name.toLowerCase() === lower)) return false;
    this.#users.set(user.username, { ...user, createdAt: now, lastSignInAt: null });
    return true;
  }

  async changeUser(
    username: string,
    change: Parameters<AccessStore["changeUser"]>[1],
    options: Kept = {},
  ): ReturnType<AccessStore["changeUser"]> {
    const user = this.#users.get(username);
    if (user === undefined) return "not_found";
    const next = { ...user, ...change };
    const isLast = isAdmin(user) && [...this.#users.values()].filter(isAdmin).length === 1;
    if (isLast && !isAdmin(next)) return "last_admin";
    this.#users.set(username, next);
    if (change.isActive === false) this.#end((session) => session.username === username);
    else if (change.passwordHash !== undefined) await this.endSessions(username, options);
    return "changed";
  }

  async findUser(username: string): ReturnType<AccessStore["findUser"]> {
    const user = this.#users.get(username);
    if (user === undefined) return undefined;
    return { ...userOf(user), passwordHash: user.passwordHash };
  }

  async findUserView(username: string, now: Date): Promise<UserView | undefined> {
    const user = this.#users.get(username);
    return user === undefined ? undefined : this.#view(user, now);
  }

  async listUsers(
    { search = "" }: { readonly search?: string },
    page: Parameters<AccessStore["listUsers"]>[1],
    now: Date,
  ): ReturnType<AccessStore["listUsers"]> {
    const found = [...this.#users.values()]
      .filter(({ username }) => username.toLowerCase().includes(search.toLowerCase()))
      .toSorted((a, b) => (a.username < b.username ? -1 : 1));
    return cutPage(
      found.map((user) => this.#view(user, now)),
      page,
    );
  }

  async saveSession(session: NewSession, now: Date): Promise<string | undefined> {
    this.#end(({ expiresAt }) => expiresAt <= now);
    const user = this.#users.get(session.username);
    if (user?.isActive !== true || !this.#isProven(user, session)) return undefined;
    const { proof: _proof, ...fields } = session;
    const id = String(this.#nextId);
    this.#nextId += 1;
    this.#sessions = [...this.#sessions, { ...fields, id, createdAt: now, lastUsedAt: null }];
    if (session.kind === "sign_in") this.#users.set(user.username, { ...user, lastSignInAt: now });
    return id;
  }

  async findSession(tokenHash: string, now: Date): ReturnType<AccessStore["findSession"]> {
    const session = this.#sessions.find((known) => known.tokenHash === tokenHash);
    const user = this.#users.get(session?.username ?? "");
    if (session === undefined || session.expiresAt <= now || user?.isActive !== true)
      return undefined;
    return { user: userOf(user), session: sessionOf(session) };
  }

  async touchSession(sessionId: string, now: Date): Promise<void> {
    this.#sessions = this.#sessions.map((session) =>
      session.id === sessionId ? { ...session, lastUsedAt: now } : session,
    );
  }

  async listSessions(
    username: string,
    page: Parameters<AccessStore["listSessions"]>[1],
    now: Date,
  ): ReturnType<AccessStore["listSessions"]> {
    const found = this.#sessions
      .filter((session) => session.username === username && session.kind !== "environment")
      .filter(({ expiresAt }) => expiresAt > now);
    return cutPage(found.toReversed().map(sessionOf), page);
  }

  async deleteSession(tokenHash: string): Promise<void> {
    this.#end((session) => session.tokenHash === tokenHash);
  }

  async endSession(username: string, sessionId: string): Promise<boolean> {
    return this.#end(
      (session) =>
        session.id === sessionId && session.username === username && session.kind !== "environment",
    );
  }

  async endSessions(username: string, { keepSessionId }: Kept = {}): Promise<number> {
    const before = this.#sessions.length;
    this.#end(
      (session) =>
        session.username === username &&
        session.kind !== "environment" &&
        session.id !== keepSessionId,
    );
    return before - this.#sessions.length;
  }

  async hasSessionFrom(username: string, address: string): Promise<boolean> {
    return this.#sessions.some(
      (session) =>
        session.username === username && session.address === address && session.kind === "sign_in",
    );
  }

  async saveAudit(entry: Omit<AuditEntry, "id">): Promise<void> {
    this.#audit.push({ ...entry, id: String(this.#audit.length + 1) });
  }

  async listAudit(
    filter: Parameters<AccessStore["listAudit"]>[0],
    page: Parameters<AccessStore["listAudit"]>[1],
  ): ReturnType<AccessStore["listAudit"]> {
    const found = this.#audit.filter(
      (entry) =>
        isEqual(filter.dagId, entry.dagId) &&
        isEqual(filter.runId, entry.runId) &&
        isEqual(filter.taskId, entry.taskId) &&
        isEqual(filter.event, entry.event) &&
        isLike(filter.dagIdPattern, entry.dagId) &&
        isLike(filter.actorPattern, entry.actor) &&
        isLike(filter.eventPattern, entry.event) &&
        isVisible(filter.visibleTo, entry),
    );
    return cutPage(found.toReversed(), page);
  }

  #view(user: StoredUser, now: Date): UserView {
    const own = this.#sessions.filter(
      ({ username, expiresAt }) => username === user.username && expiresAt > now,
    );
    const { createdAt, lastSignInAt } = user;
    return {
      ...userOf(user),
      createdAt,
      lastSignInAt,
      sessionCount: own.filter(({ kind }) => kind === "sign_in").length,
      tokenCount: own.filter(({ kind }) => kind === "token").length,
    };
  }

  #isProven(user: StoredUser, { proof }: NewSession): boolean {
    if (proof === undefined) return true;
    if ("passwordHash" in proof) return proof.passwordHash === user.passwordHash;
    return this.#sessions.some(
      ({ id, username }) => id === proof.sessionId && username === user.username,
    );
  }

  #end(isOver: (session: StoredSession) => boolean): boolean {
    const kept = this.#sessions.filter((session) => !isOver(session));
    const hasEnded = kept.length < this.#sessions.length;
    this.#sessions = kept;
    return hasEnded;
  }
}

function isAdmin({ role, isActive }: User): boolean {
  return role === "admin" && isActive;
}

function userOf({ username, role, isActive }: User): User {
  return { username, role, isActive };
}

function sessionOf({ tokenHash: _secret, ...session }: StoredSession): UserSession {
  return session;
}

function isVisible(
  to: Parameters<AccessStore["listAudit"]>[0]["visibleTo"],
  { dagId, actor }: AuditEntry,
): boolean {
  if (to === undefined) return true;
  return dagId === null ? actor === to.username : to.dagIds.includes(dagId);
}

function isEqual(wanted: string | undefined, value: string | null): boolean {
  return wanted === undefined || wanted === value;
}

function isLike(pattern: string | undefined, value: string | null): boolean {
  if (pattern === undefined || pattern === "") return true;
  const text = value?.toLowerCase() ?? "";
  return value !== null && pattern.split("|").some((part) => text.includes(part.toLowerCase()));
}
