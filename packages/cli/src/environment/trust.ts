import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  statSync,
} from "node:fs";
import { createRequire } from "node:module";
import { userInfo } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { dbtMainFile } from "../commands/dbt-commands.ts";
import type { Project } from "../project/project.ts";
import { type Account, type Accounts, resolveAccounts } from "./accounts.ts";
import { grantBelow, grantFolder, grantOne } from "./grants.ts";

/** Whom user code is kept apart from. */
export type Trust =
  /** Tasks and dbt steps run as users of their own. */
  | { readonly kind: "apart"; readonly accounts: Accounts }
  /** They run as the platform does, and can do what it can. */
  | { readonly kind: "together"; readonly reason: string };

const HERE = fileURLToPath(import.meta.url);

/**
 * Decides as whom user code runs, and gives those users what they need of the project: to read it, and to write into the
 * folders it names. As root only: nobody else can start processes as other users.
 *
 * Errors: `project.bad_config` where the configuration names users that cannot be.
 */
export function openTrust(project: Project): Trust {
  if (process.getuid?.() !== 0) {
    const reason = `Airloom was started by ${nameOfUser()}, not by root`;
    return { kind: "together", reason };
  }
  const accounts = accountsOf(project);
  closeState(project);
  for (const [name, account] of Object.entries(accounts)) {
    openHome(join(project.stateDir, name), account);
  }
  grantProject(project, accounts.tasks.gid);
  const hidden = findHidden(project, accounts);
  if (hidden !== undefined) return { kind: "together", reason: hidden };
  // From here on what the platform makes is for itself alone.
  process.umask(0o077);
  return { kind: "apart", accounts };
}

/** The users that a project would have its code run as. */
export function accountsOf(project: Project): Accounts {
  return resolveAccounts(project.config, ownerOf(join(project.stateDir, "postgres")));
}

/** What a person should know of it, in the terminal and on the page. */
export function describeTrust(trust: Trust): readonly string[] {
  if (trust.kind === "apart") return [];
  return [
    `Tasks and dbt steps run as the same user as Airloom itself: ${trust.reason}. Whoever writes a Dag can read the environment's keys, its database and every log, and can end it (docs/security.md)`,
  ];
}

/** Where a user of user code keeps its own: what it compiled, and its home. */
export function homeOf(project: Project, kind: keyof Accounts): string {
  return join(project.stateDir, kind, "home");
}

export function cacheOf(project: Project, trust: Trust): string {
  return trust.kind === "apart"
    ? join(project.stateDir, "tasks", "cache")
    : join(project.stateDir, "cache");
}

/** What the platform keeps is for itself: others may pass through the folder to what is theirs, and see nothing of it. */
function closeState({ stateDir }: Project): void {
  mkdirSync(stateDir, { recursive: true });
  chmodSync(stateDir, 0o711);
  for (const name of readdirSync(stateDir)) {
    const path = join(stateDir, name);
    const stat = lstatSync(path);
    if (stat.isSymbolicLink() || stat.uid !== 0) continue;
    if (stat.isFile()) chmodSync(path, 0o600);
    else if (stat.isDirectory()) chmodSync(path, name === "dbt-service" ? 0o711 : 0o700);
  }
}

function openHome(dir: string, { uid, gid }: Account): void {
  for (const part of [dir, join(dir, "home"), join(dir, "cache")]) {
    mkdirSync(part, { recursive: true });
    if (lstatSync(part).isSymbolicLink()) continue;
    chownSync(part, uid, gid);
    chmodSync(part, 0o700);
  }
}

/** Gives user code what came into the project since, such as a Dag file that was saved behind a umask of 077. */
export function openNewFiles(project: Project, group: number): boolean {
  return grantReading(project, group) > 0;
}

function grantReading({ dir, config }: Project, group: number): number {
  const writable = config.writable.map((name) => name.split("/")[0] ?? name);
  return grantBelow(dir, "read", { group, skip: new Set([...writable, "node_modules"]) });
}

/** User code reads the project, and writes where the project says; beside its models dbt may make files of its own. */
function grantProject(project: Project, group: number): void {
  const { dir, config } = project;
  grantReading(project, group);
  for (const name of config.writable) grantFolder(join(dir, name), group);
  const dbt = join(dir, config.dbt ?? "dbt");
  if (dbt !== dir && existsSync(dbt)) grantOne(dbt, "add", group);
}

/** The folders that user code needs, of the project and of what is installed. */
export function listNeeded(project: Project): readonly string[] {
  const all = [project.dir, ...neededFiles().map(installationOf)];
  const isInside = (path: string, other: string): boolean => path.startsWith(`${other}/`);
  return [...new Set(all)].filter((path) => !all.some((other) => isInside(path, other)));
}

function neededFiles(): readonly string[] {
  return [realpathSync(process.execPath), HERE, dbtMainFile(), duckdbFile()];
}

/** Why user code could not do its work as these users; `undefined` where it can. */
function findHidden(project: Project, { tasks, dbt }: Accounts): string | undefined {
  const needed = [project.dir, ...neededFiles()];
  const missing = (): string | undefined =>
    findUnreadable(needed, tasks) ?? findUnreadable(needed, dbt);
  if (missing() === undefined) return undefined;
  // An installation behind umask 077 is nobody else's to read either: it holds programs, and no secrets.
  for (const root of new Set(needed.slice(1).map(installationOf))) {
    grantBelow(root, "read", { group: tasks.gid });
  }
  const path = missing();
  if (path === undefined) return undefined;
  const closed = findClosedFolder(path);
  const cause =
    closed === undefined
      ? `user ${tasks.uid} cannot be used here`
      : `"${closed}" is closed to other users`;
  return `Airloom was started by root, but ${cause}; open it (chmod o+x) or move the project`;
}

/** The first of these paths that a user cannot read. */
function findUnreadable(paths: readonly string[], account: Account): string | undefined {
  const script = 'for path; do test -r "$path" || { printf %s "$path"; exit 1; }; done';
  const { status, stdout } = spawnSync("/bin/sh", ["-c", script, "sh", ...paths], {
    ...account,
    cwd: "/",
    env: {},
    encoding: "utf8",
  });
  if (status === 0) return undefined;
  return stdout === "" ? "/" : stdout;
}

function findClosedFolder(path: string): string | undefined {
  const folders: string[] = [];
  for (let dir = dirname(path); dir !== dirname(dir); dir = dirname(dir)) folders.unshift(dir);
  return folders.find((dir) => (statSync(dir).mode & 0o001) === 0);
}

/** The folder that was installed or checked out, with all packages in it. */
function installationOf(file: string): string {
  const parts = file.split("/node_modules/");
  if (parts.length > 1) return join(parts[0] ?? "/", "node_modules");
  return file === HERE || file === dbtMainFile() ? join(dirname(HERE), "../../..") : dirname(file);
}

function duckdbFile(): string {
  const from = createRequire(import.meta.url);
  try {
    return from.resolve("@duckdb/node-api");
  } catch {
    return HERE;
  }
}

function ownerOf(path: string): number | undefined {
  try {
    return statSync(path).uid;
  } catch {
    return undefined;
  }
}

function nameOfUser(): string {
  try {
    return `"${userInfo().username}"`;
  } catch {
    return `user ${process.getuid?.() ?? "unknown"}`;
  }
}
