import { createHash } from "node:crypto";
import { existsSync, realpathSync } from "node:fs";
import { chown, mkdir, symlink } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { AirloomError } from "@airloom/core";
import { type Binaries, copyBinaries, loadBinaries, resolvePackageDir } from "./binaries.ts";
import {
  canEnter,
  canReach,
  canUseNamespace,
  findClusterOwner,
  isNamed,
  planOwner,
  type RunAs,
} from "./run-as.ts";

/** Where the server lives and as whom it runs. */
export interface Place {
  readonly dataDir: string;
  readonly binaries: Binaries;
  readonly runAs: RunAs;
}

const SYSTEM_DIR = "/var/lib/airloom";

/**
 * Decides where the server lives and as whom it runs.
 *
 * Without root: here, as ourselves, in a user namespace where we have no name. As root, in this order: as an unprivileged user where that one reaches the data, with
 * a copy of the programs in `/var/lib/airloom` where it does not reach those; in a user namespace, which also works below
 * a private home; with programs and data moved to `/var/lib/airloom` and a link left behind.
 */
export async function resolvePlace(wantedDir: string, found?: Binaries): Promise<Place> {
  const dataDir = existsSync(wantedDir) ? realpathSync(wantedDir) : resolve(wantedDir);
  const binaries = found ?? (await loadBinaries());
  const owner = findClusterOwner(dataDir);
  const uid = process.getuid?.();

  if (uid !== 0) {
    if (owner !== undefined && uid !== undefined && owner.uid !== uid) throw strangerError(dataDir);
    return { dataDir, binaries, runAs: runAsSelf(binaries) };
  }
  if (owner === undefined) return resolveNewPlaceOfRoot(dataDir, binaries);
  if (owner.uid === 0) {
    if (canUseNamespace(binaries.postgres)) {
      return { dataDir, binaries, runAs: { kind: "namespace" } };
    }
    throw rootError(dataDir);
  }
  return { dataDir, binaries: await reachableBinaries(owner, binaries), runAs: user(owner) };
}

/** A number without a name, as containers are given, is "nobody" in a user namespace: initdb takes that. */
function runAsSelf({ postgres }: Binaries): RunAs {
  return isNamed() || !canUseNamespace(postgres) ? { kind: "self" } : { kind: "namespace" };
}

async function resolveNewPlaceOfRoot(dataDir: string, binaries: Binaries): Promise<Place> {
  const owner = planOwner(dirname(dataDir));
  if (canEnter(owner, dirname(dataDir))) {
    const within = await reachableBinaries(owner, binaries).catch(() => undefined);
    if (within !== undefined) return { dataDir, binaries: within, runAs: user(owner) };
  }
  if (canUseNamespace(binaries.postgres)) {
    return { dataDir, binaries, runAs: { kind: "namespace" } };
  }
  return moveToSystemDir(dataDir, owner);
}

/** Keeps programs and data where an unprivileged user reaches them, and a link where they were looked for. */
async function moveToSystemDir(dataDir: string, owner: Owner): Promise<Place> {
  try {
    await mkdir(SYSTEM_DIR, { recursive: true, mode: 0o755 });
    const binaries = await copyBinaries(resolvePackageDir(), SYSTEM_DIR);
    const name = createHash("sha256").update(dataDir).digest("hex").slice(0, 16);
    const movedDir = join(SYSTEM_DIR, `data-${name}`, "pg");
    await mkdir(dirname(movedDir), { recursive: true, mode: 0o755 });
    await chown(dirname(movedDir), owner.uid, owner.gid);
    if (!canReach(owner, binaries.postgres, dirname(movedDir))) throw rootError(dataDir);
    await mkdir(dirname(dataDir), { recursive: true });
    await symlink(movedDir, dataDir);
    return { dataDir: movedDir, binaries, runAs: user(owner) };
  } catch (cause) {
    throw rootError(dataDir, cause);
  }
}

async function reachableBinaries(owner: Owner, binaries: Binaries): Promise<Binaries> {
  if (canReach(owner, binaries.postgres, "/")) return binaries;
  await mkdir(SYSTEM_DIR, { recursive: true, mode: 0o755 });
  return copyBinaries(resolvePackageDir(), SYSTEM_DIR);
}

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

function user(owner: Owner): RunAs {
  return { kind: "user", uid: owner.uid, gid: owner.gid };
}

function rootError(dataDir: string, cause?: unknown): AirloomError {
  return new AirloomError(
    "database.unavailable",
    `Cannot start the embedded PostgreSQL for "${dataDir}" as root: PostgreSQL refuses to run as root, no unprivileged user reaches this folder, and this machine allows no user namespaces; move the project to a folder that others may enter, run Airloom as another user, or set DATABASE_URL`,
    { cause },
  );
}

function strangerError(dataDir: string): AirloomError {
  return new AirloomError(
    "database.unavailable",
    `Cannot open the PostgreSQL data directory "${dataDir}": it belongs to another user; run Airloom as that user, or give the folder to this one`,
  );
}
