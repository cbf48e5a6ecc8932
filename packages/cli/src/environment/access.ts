import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { AirloomError, type Store } from "@airloom/core";
import {
  createScryptHasher,
  endSession,
  type PasswordHasher,
  saveNewSession,
} from "@airloom/server";
import type { AdminSession } from "./admin-socket.ts";

const ADMIN = "admin";
/** Where a killed environment could not end them itself. */
const SESSION_MS = 86_400_000;

/** How people get in. */
export interface Access {
  readonly username: string;
  /** The well-known password of a loopback environment; null where it is not the well-known one. */
  readonly password: string | null;
  readonly notes: readonly string[];
}

const LOOPBACK: ReadonlySet<string> = new Set(["127.0.0.1", "::1", "localhost"]);

/**
 * Makes sure there is an admin. Its password is `admin` only while the environment listens on loopback; otherwise a
 * random one is made and told once, also when the environment had been a loopback one before (S-01).
 */
export async function openAccess(
  store: Store,
  { host, stateDir }: { readonly host: string; readonly stateDir: string },
): Promise<Access> {
  const hasher = createScryptHasher();
  const isLocal = LOOPBACK.has(host);
  const marker = join(stateDir, "secrets", "well-known-admin");
  const found = await store.findUser(ADMIN);
  const notes: string[] = [];
  const save = async (password: string): Promise<string> => {
    const passwordHash = await hasher.hash(password);
    const user = { username: ADMIN, role: "admin", isActive: true, passwordHash } as const;
    if (found === undefined) await store.createUser(user, new Date());
    else await store.changeUser(ADMIN, { passwordHash });
    return passwordHash;
  };

  let isWellKnown =
    found !== undefined &&
    (await hasWellKnownPassword(found.passwordHash, { hasher, marker, isLocal }));
  if (found === undefined && isLocal) {
    mkdirSync(dirname(marker), { recursive: true, mode: 0o700 });
    writeFileSync(marker, await save(ADMIN), { mode: 0o600 });
    isWellKnown = true;
  } else if (!isLocal && (found === undefined || isWellKnown)) {
    const password = randomBytes(15).toString("base64url");
    await save(password);
    isWellKnown = false;
    notes.push(
      `Password of "${ADMIN}", shown this once because ${host} can be reached from outside: ${password}`,
    );
  }
  return { username: ADMIN, password: isLocal && isWellKnown ? ADMIN : null, notes };
}

/** A session of the local admin for one of the project's own commands. */
export async function beginOwnSession(store: Store, now: Date): Promise<AdminSession> {
  const username = await findActiveAdmin(store, now);
  const expiresAt = new Date(now.getTime() + SESSION_MS);
  const made = await saveNewSession(
    store,
    { kind: "environment", username, name: null, address: null, expiresAt },
    now,
  );
  if (made === undefined) throw new Error(`User "${username}" was deactivated just now`);
  const { token } = made;
  return { username, token, end: () => endSession(store, token) };
}

/** In whose name the project's own commands act: the usual admin, or another where that one was deactivated. */
async function findActiveAdmin(store: Store, now: Date): Promise<string> {
  const usual = await store.findUser(ADMIN);
  if (usual?.role === "admin" && usual.isActive) return ADMIN;
  const { items } = await store.listUsers({}, { limit: 1_000, offset: 0, orderBy: ["role"] }, now);
  const other = items.find(({ role, isActive }) => role === "admin" && isActive);
  if (other !== undefined) return other.username;
  throw new AirloomError("environment.not_running", "Cannot sign in: no user is an active admin");
}

/** Checking a password is slow by design, and everybody waits for the start: a hash that we wrote ourselves is known by sight. */
async function hasWellKnownPassword(
  hash: string,
  {
    hasher,
    marker,
    isLocal,
  }: { readonly hasher: PasswordHasher; readonly marker: string; readonly isLocal: boolean },
): Promise<boolean> {
  if (existsSync(marker)) {
    if (readFileSync(marker, "utf8") === hash) return true;
    // The database may be another one than the marker's: where strangers can come, only a real check will do.
    if (isLocal) return false;
  }
  return hasher.verify(ADMIN, hash);
}
