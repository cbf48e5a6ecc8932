import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Project } from "./project.ts";

/** What a started environment says of itself, for the other commands. Lives in `.airloom/environment.json`, mode 0600. */
export interface EnvironmentInfo {
  readonly pid: number;
  readonly startedAt: string;
  readonly version: string;
  readonly url: string;
  readonly dbtServiceUrl: string | null;
  /** The project's own authority, where the job service is served with a certificate of it. */
  readonly dbtServiceCaFile: string | null;
  /** For people and tools such as psql; its password is the local one of this project. */
  readonly databaseUrl: string;
  readonly username: string;
  /** Set only while it is the well-known one of a loopback environment. */
  readonly password: string | null;
  /** Where the commands of this project are let in as the local admin; only the environment's own user can open it. */
  readonly adminSocket: string;
  readonly components: readonly { readonly name: string; readonly pid: number }[];
}

function fileOf(project: Project): string {
  return join(project.stateDir, "environment.json");
}

export function saveEnvironmentInfo(project: Project, info: EnvironmentInfo): void {
  const temporary = `${fileOf(project)}.${info.pid}`;
  writeFileSync(temporary, JSON.stringify(info, null, 2), { mode: 0o600 });
  renameSync(temporary, fileOf(project));
}

export function removeEnvironmentInfo(project: Project): void {
  rmSync(fileOf(project), { force: true });
}

/** The environment of a project, or `undefined` when none was started or its process is gone. */
export function findEnvironment(project: Project): EnvironmentInfo | undefined {
  const info = readEnvironmentInfo(project);
  return info !== undefined && isAlive(info.pid) ? info : undefined;
}

/** What the environment started last has said of itself, unless it ended in order. */
export function readEnvironmentInfo(project: Project): EnvironmentInfo | undefined {
  try {
    // Written by this program only; a torn write is impossible because it is renamed into place.
    return JSON.parse(readFileSync(fileOf(project), "utf8")) as EnvironmentInfo;
  } catch {
    return undefined;
  }
}

/** Whether a process with this id lives. One that has ended but was not collected by its parent does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
  return !isZombie(pid);
}

function isZombie(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return /^[ZX]/u.test(stat.slice(stat.lastIndexOf(")") + 2));
  } catch {
    // No /proc on this system, or the process ended this moment: the signal's answer stands.
    return false;
  }
}
