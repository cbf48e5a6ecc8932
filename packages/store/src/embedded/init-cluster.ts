import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { chown, mkdir, mkdtemp, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { AirloomError } from "@airloom/core";
import type { Place } from "./place.ts";
import { SERVER_ROLE } from "./platform-role.ts";
import { commandAs } from "./run-as.ts";

const run = promisify(execFile);

/**
 * Creates the cluster where there is none.
 *
 * It is made beside its place and moved there whole, so that a process killed half-way, or a second one that
 * does the same, never leaves half a cluster behind.
 */
export async function initCluster(
  { dataDir, binaries, runAs }: Place,
  /** Its superuser. */
  role: string = SERVER_ROLE,
): Promise<void> {
  if (existsSync(join(dataDir, "PG_VERSION"))) return;
  const parentDir = dirname(dataDir);
  await mkdir(parentDir, { recursive: true });
  const draftDir = await mkdtemp(join(parentDir, `${basename(dataDir)}.new-`));
  try {
    if (runAs.kind === "user") await chown(draftDir, runAs.uid, runAs.gid);
    await runInitdb(draftDir, { binaries, runAs, role });
    await rename(draftDir, dataDir);
    await syncFolder(parentDir);
  } catch (error) {
    await rm(draftDir, { recursive: true, force: true });
    if (!existsSync(join(dataDir, "PG_VERSION"))) throw error;
  }
}

async function runInitdb(
  draftDir: string,
  { binaries, runAs, role }: Pick<Place, "binaries" | "runAs"> & { readonly role: string },
): Promise<void> {
  const { file, args, ...user } = commandAs(runAs, binaries.initdb, [
    `--pgdata=${draftDir}`,
    `--username=${role}`,
    "--auth-local=trust",
    "--auth-host=scram-sha-256",
    "--locale=C",
    "--encoding=UTF8",
    "--no-instructions",
  ]);
  try {
    await run(file, [...args], {
      ...user,
      cwd: "/",
      env: { PATH: process.env["PATH"], LC_ALL: "C" },
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.trim() : String(cause);
    throw new AirloomError(
      "database.unavailable",
      `Cannot create the PostgreSQL data directory "${draftDir}": ${reason}`,
      { cause },
    );
  }
}

async function syncFolder(dir: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(dir, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
