import { createHash, randomBytes } from "node:crypto";
import { AirloomError, type Clock, type Store, type User } from "@airloom/core";
import type { PasswordHasher } from "./password.ts";
import { RateLimit } from "./rate-limit.ts";

/** Tells our tokens from others', for people and secret scanners. */
const TOKEN_PREFIX = "airloom_";
const TOKEN_BYTES = 32;

/** A sign-in that worked. The token is told once and never stored. */
export interface Session {
  readonly user: User;
  readonly token: string;
  readonly expiresAt: Date;
}

/** Who is who: passwords in, sessions out. */
export interface Access {
  /** Errors: `auth.unauthorized`, which does not tell a wrong name from a wrong password, and `auth.too_many`. */
  signIn(username: string, password: string, ip: string): Promise<Session>;
  /** The user of a token, unless the session or the user has ended. */
  authenticate(token: string): Promise<User | undefined>;
  signOut(token: string): Promise<void>;
}

/** What `openAccess` needs. */
export interface AccessOptions {
  readonly store: Pick<Store, "findUser" | "saveSession" | "findSession" | "deleteSession">;
  readonly clock: Clock;
  readonly hasher: PasswordHasher;
  readonly sessionHours: number;
  readonly loginAttemptsPerMinute: number;
}

/** Sessions are opaque random tokens; the store knows only their SHA-256. */
export function openAccess(options: AccessOptions): Access {
  const { store, clock, hasher } = options;
  const failures = new RateLimit(clock, options.loginAttemptsPerMinute);
  let decoy: Promise<string> | undefined;

  async function isCorrect(user: { readonly passwordHash: string } | undefined, password: string) {
    // An unknown name costs the same time as a wrong password.
    decoy ??= hasher.hash(randomBytes(TOKEN_BYTES).toString("base64"));
    const isMatch = await hasher.verify(password, user?.passwordHash ?? (await decoy));
    return isMatch && user !== undefined;
  }

  return {
    async signIn(username, password, ip) {
      if (failures.isReached(ip)) {
        throw new AirloomError(
          "auth.too_many",
          "Cannot sign in: too many failed attempts from this address, try again in a minute",
        );
      }
      const user = await store.findUser(username);
      if (!(await isCorrect(user, password)) || user === undefined || !user.isActive) {
        failures.count(ip);
        throw new AirloomError(
          "auth.unauthorized",
          "Cannot sign in: the user name or the password is wrong",
        );
      }
      const now = clock.now();
      const expiresAt = new Date(now.getTime() + options.sessionHours * 3_600_000);
      const token = await saveNewSession(store, { username, expiresAt }, now);
      const { role, isActive } = user;
      return { user: { username: user.username, role, isActive }, token, expiresAt };
    },

    async authenticate(token) {
      if (!token.startsWith(TOKEN_PREFIX) || token.length > 200) return undefined;
      const user = await store.findSession(hashToken(token), clock.now());
      return user?.isActive === true ? user : undefined;
    },

    signOut: (token) => endSession(store, token),
  };
}

/** Starts a session without a password, for whoever already holds the store, and answers its token. */
export async function saveNewSession(
  store: Pick<Store, "saveSession">,
  session: { readonly username: string; readonly expiresAt: Date },
  now: Date,
): Promise<string> {
  const token = TOKEN_PREFIX + randomBytes(TOKEN_BYTES).toString("base64url");
  await store.saveSession({ tokenHash: hashToken(token), ...session }, now);
  return token;
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
