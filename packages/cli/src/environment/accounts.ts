import { readFileSync } from "node:fs";
import { AirloomError } from "@airloom/core";

/** A user of this machine by its numbers. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** As whom user code runs when the environment is started as root. */
export interface Accounts {
  readonly tasks: Account;
  readonly dbt: Account;
}

/**
 * Numbers that no distribution gives to anybody (systemd lists 60578 to 61183 as unused) and that every container has.
 * No entry in /etc/passwd is needed for them.
 */
const USUAL = { tasks: 60_700, dbt: 60_701, group: 60_700 } as const;

const LAST_ID = 4_294_967_294;

/**
 * The users that a project's configuration names, by name or number. Both share one group: tasks and dbt work on the same
 * DuckDB files.
 *
 * Errors: `project.bad_config` for root, for a name that is not there, for one user in both places, and for the user that
 * owns the database's files.
 */
export function resolveAccounts(
  names: { readonly taskUser: string | null; readonly dbtUser: string | null },
  databaseOwner: number | undefined,
  passwd: string = readPasswd(),
): Accounts {
  const task = names.taskUser === null ? undefined : findUser(names.taskUser, "taskUser", passwd);
  const dbt = names.dbtUser === null ? undefined : findUser(names.dbtUser, "dbtUser", passwd);
  const gid = task?.gid ?? USUAL.group;
  const accounts = {
    tasks: { uid: task?.uid ?? USUAL.tasks, gid },
    dbt: { uid: dbt?.uid ?? USUAL.dbt, gid },
  };
  for (const [key, { uid }] of [
    ["taskUser", accounts.tasks],
    ["dbtUser", accounts.dbt],
  ] as const) {
    if (uid === 0 || uid === databaseOwner) {
      const what = uid === 0 ? "root" : "the user that owns the database's files";
      throw new AirloomError(
        "project.bad_config",
        `Cannot run user code as "${names[key] ?? uid}" ("${key}"): it is ${what}; name another user`,
      );
    }
  }
  if (accounts.tasks.uid === accounts.dbt.uid) {
    throw new AirloomError(
      "project.bad_config",
      `Cannot run tasks and dbt steps as one user ("${names.taskUser ?? accounts.tasks.uid}"): a task could read the warehouse passwords of dbt's runs; name two`,
    );
  }
  return accounts;
}

function findUser(name: string, key: string, passwd: string): Account {
  if (/^\d+$/u.test(name) && Number(name) <= LAST_ID) {
    return { uid: Number(name), gid: Number(name) };
  }
  const line = passwd.split("\n").find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(":") ?? [];
  if (uid === undefined || gid === undefined) {
    throw new AirloomError(
      "project.bad_config",
      `Cannot run user code as "${name}" ("${key}"): this machine has no such user; make it, or give a number`,
    );
  }
  return { uid: Number(uid), gid: Number(gid) };
}

function readPasswd(): string {
  try {
    return readFileSync("/etc/passwd", "utf8");
  } catch {
    return "";
  }
}
