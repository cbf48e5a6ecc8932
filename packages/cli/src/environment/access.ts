import { randomBytes } from "node:crypto";
import type { Store } from "@airloom/core";
import { createScryptHasher, saveNewSession } from "@airloom/server";

const ADMIN = "admin";
const TOKEN_DAYS = 3_650;
const DAY_MS = 86_400_000;

/** How people and the project's own commands get in. */
export interface Access {
  readonly username: string;
  /** The well-known password of a loopback environment; null where it is not the well-known one. */
  readonly password: string | null;
  /** A session of the local admin for the project's commands. */
  readonly token: string;
  readonly notes: readonly string[];
}

const LOOPBACK: ReadonlySet<string> = new Set(["127.0.0.1", "::1", "localhost"]);

/**
 * Makes sure there is an admin. Its password is `admin` only while the environment listens on loopback; otherwise a
 * random one is made and told once, also when the environment had been a loopback one before (S-01).
 */
export async function openAccess(store: Store, host: string): Promise<Access> {
  const hasher = createScryptHasher();
  const isLocal = LOOPBACK.has(host);
  const found = await store.findUser(ADMIN);
  const isWellKnown = found !== undefined && (await hasher.verify(ADMIN, found.passwordHash));
  const notes: string[] = [];
  if (found === undefined && isLocal) {
    await store.saveUser({
      username: ADMIN,
      role: "admin",
      isActive: true,
      passwordHash: await hasher.hash(ADMIN),
    });
  } else if (!isLocal && (found === undefined || isWellKnown)) {
    const password = randomBytes(15).toString("base64url");
    await store.saveUser({
      username: ADMIN,
      role: "admin",
      isActive: true,
      passwordHash: await hasher.hash(password),
    });
    notes.push(
      `Password of "${ADMIN}", shown this once because ${host} can be reached from outside: ${password}`,
    );
  }
  const expiresAt = new Date(Date.now() + TOKEN_DAYS * DAY_MS);
  const token = await saveNewSession(store, { username: ADMIN, expiresAt });
  return {
    username: ADMIN,
    password: isLocal && (found === undefined || isWellKnown) ? ADMIN : null,
    token,
    notes,
  };
}
