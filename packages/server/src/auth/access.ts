import { createHash, randomBytes } from "node:crypto";
import {
  AirloomError,
  type Clock,
  type NewSession,
  type Store,
  type User,
  type UserSession,
} from "@airloom/core";
import type { PasswordHasher } from "./password.ts";
import { type Attempt, SignInLimits } from "./sign-in-limits.ts";

/** Tells our tokens from others', for people and secret scanners. */
const TOKEN_PREFIX = "airloom_";
const TOKEN_BYTES = 32;
const TOKEN = /^airloom_[\w-]{43}$/u;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const TOUCH_AFTER_MS = 60_000;

/** A sign-in that worked. The token is told once and never stored. */
export interface Session {
  readonly user: User;
  readonly token: string;
  readonly expiresAt: Date;
}

/** Who makes a request, and by which session. */
export interface Authenticated {
  readonly user: User;
  readonly session: UserSession;
}

/** An API token that was just made. */
export interface NewToken {
  readonly token: string;
  readonly session: UserSession;
}

/** Who is who: passwords in, sessions out. */
export interface Access {
  /**
   * Errors: `auth.unauthorized`, which does not tell a wrong name from a wrong password, `auth.too_many` and
   * `auth.busy`, both with `retryAfterS` in their details.
   */
  signIn(username: string, password: string, address: string): Promise<Session>;
  /** The user of a token, unless the session or the user has ended. */
  authenticate(token: string): Promise<Authenticated | undefined>;
  /** When a session ends unless it is used: one that was signed in to ends early where nobody uses it. */
  endOf(session: UserSession): Date;
  signOut(token: string): Promise<void>;
  /** Errors: `auth.forbidden`, `auth.too_many`, `auth.busy`. All other sessions and tokens of the user end. */
  changePassword(
    caller: Authenticated,
    passwords: { readonly current: string; readonly next: string },
    address: string,
  ): Promise<void>;
  /** An API token of the caller's own; one made with a token never lives longer than that. */
  createToken(
    caller: Authenticated,
    token: { readonly name: string; readonly days: number },
    address: string,
  ): Promise<NewToken>;
  /** Errors: `auth.busy`. */
  hashPassword(password: string): Promise<string>;
}

/** What `openAccess` needs. */
export interface AccessOptions {
  readonly store: Pick<
    Store,
    | "findUser"
    | "changeUser"
    | "saveSession"
    | "findSession"
    | "touchSession"
    | "deleteSession"
    | "hasSessionFrom"
  >;
  readonly clock: Clock;
  /** See `queueHasher`: what hashes here must not take all threads. */
  readonly hasher: PasswordHasher;
  readonly sessionHours: number;
  /** How long a session that was signed in to may rest. */
  readonly idleHours: number;
  /** Wrong passwords in a minute from one address. */
  readonly loginAttemptsPerMinute: number;
  /** Wrong passwords in a minute for one account, from all addresses it is not known from. */
  readonly accountAttemptsPerMinute: number;
}

/** Sessions are opaque random tokens; the store knows only their SHA-256. */
export function openAccess(options: AccessOptions): Access {
  const { store, clock, hasher } = options;
  const decoy = hasher.makeDecoy();
  const limits = new SignInLimits({
    store,
    clock,
    perAddress: options.loginAttemptsPerMinute,
    perAccount: options.accountAttemptsPerMinute,
  });

  function endOf({ kind, expiresAt, createdAt, lastUsedAt }: UserSession): Date {
    if (kind !== "sign_in") return expiresAt;
    const idleMs = options.idleHours * HOUR_MS;
    const idleEnd = new Date((lastUsedAt ?? createdAt).getTime() + idleMs);
    return idleEnd < expiresAt ? idleEnd : expiresAt;
  }

  /** The user whose password it is. */
  async function check(attempt: Attempt, password: string) {
    const takeBack = await limits.begin(attempt);
    try {
      const user = await store.findUser(attempt.username);
      // An unknown name costs the same time as a wrong password.
      const isMatch = await hasher.verify(password, user?.passwordHash ?? decoy);
      if (!isMatch || user?.isActive !== true) throw wrongPassword();
      takeBack();
      return user;
    } catch (error) {
      // Nothing was learnt about the password.
      if (!isWrongPassword(error)) takeBack();
      throw error;
    }
  }

  return {
    async signIn(username, password, address) {
      const { passwordHash, role, isActive } = await check({ username, address }, password);
      const now = clock.now();
      const expiresAt = new Date(now.getTime() + options.sessionHours * HOUR_MS);
      const made = await saveNewSession(
        store,
        {
          kind: "sign_in",
          username,
          name: null,
          address,
          expiresAt,
          proof: { passwordHash },
        },
        now,
      );
      if (made === undefined) throw wrongPassword();
      return { user: { username, role, isActive }, token: made.token, expiresAt };
    },

    async authenticate(token) {
      if (!TOKEN.test(token)) return undefined;
      const now = clock.now();
      const found = await store.findSession(hashToken(token), now);
      if (found?.user.isActive !== true || endOf(found.session) <= now) return undefined;
      const { id, lastUsedAt } = found.session;
      if (lastUsedAt === null || now.getTime() - lastUsedAt.getTime() >= TOUCH_AFTER_MS) {
        await store.touchSession(id, now);
      }
      return found;
    },

    endOf,
    signOut: (token) => endSession(store, token),

    async changePassword({ user: { username }, session }, { current, next }, address) {
      await check({ username, address }, current).catch((error: unknown) => {
        throw isWrongPassword(error) ? wrongCurrentPassword() : error;
      });
      const passwordHash = await hasher.hash(next);
      await store.changeUser(username, { passwordHash }, { keepSessionId: session.id });
    },

    async createToken({ user: { username }, session }, { name, days }, address) {
      const now = clock.now();
      const asked = new Date(now.getTime() + days * DAY_MS);
      const expiresAt =
        session.kind === "token" && session.expiresAt < asked ? session.expiresAt : asked;
      const fields = { kind: "token", username, name, address, expiresAt } as const;
      const made = await saveNewSession(
        store,
        { ...fields, proof: { sessionId: session.id } },
        now,
      );
      if (made === undefined) throw signedOut();
      return {
        token: made.token,
        session: { ...fields, id: made.id, createdAt: now, lastUsedAt: null },
      };
    },

    hashPassword: (password) => hasher.hash(password),
  };
}

function wrongPassword(): AirloomError {
  return new AirloomError(
    "auth.unauthorized",
    "Cannot sign in: the user name or the password is wrong",
  );
}

/** Not 401: the caller is signed in. */
function wrongCurrentPassword(): AirloomError {
  return new AirloomError(
    "auth.forbidden",
    "Cannot change the password: the current one is another",
  );
}

function isWrongPassword(error: unknown): boolean {
  return error instanceof AirloomError && error.code === "auth.unauthorized";
}

function signedOut(): AirloomError {
  return new AirloomError("auth.unauthorized", "Cannot answer: this session has just ended");
}

/** Starts a session and answers its token; `undefined` where its proof is good no more. */
export async function saveNewSession(
  store: Pick<Store, "saveSession">,
  session: Omit<NewSession, "tokenHash">,
  now: Date,
): Promise<{ readonly id: string; readonly token: string } | undefined> {
  const token = TOKEN_PREFIX + randomBytes(TOKEN_BYTES).toString("base64url");
  const id = await store.saveSession({ tokenHash: hashToken(token), ...session }, now);
  return id === undefined ? undefined : { id, token };
}

/** Ends a session that was started with `saveNewSession`; one that has ended already is left alone. */
export async function endSession(
  store: Pick<Store, "deleteSession">,
  token: string,
): Promise<void> {
  await store.deleteSession(hashToken(token));
}

function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
