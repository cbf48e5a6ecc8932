import type { ApiClient, User } from "@airloom/api";
import { AirloomError } from "@airloom/core";
import type { Command } from "commander";
import { connect } from "../environment/connect.ts";
import { asksFirst, confirm } from "../output/confirm.ts";
import { readSecret } from "../output/read-secret.ts";
import { renderTable } from "../output/table.ts";
import type { Terminal } from "../output/terminal.ts";
import { addGrantCommands } from "./grant-commands.ts";
import { printSessions } from "./print-sessions.ts";

const ROLES = ["viewer", "editor", "admin"] as const;
type Role = (typeof ROLES)[number];

interface JsonFlag {
  readonly json: boolean;
}

interface YesFlag {
  readonly yes: boolean;
}

/** `airloom users …`: who may sign in to this environment. */
export function addUserCommands(users: Command, terminal: Terminal): void {
  addList(users, terminal);
  addCreate(users, terminal);
  addSetPassword(users, terminal);
  addSetRole(users, terminal);
  addDeactivate(users, terminal);
  addActivate(users, terminal);
  addSessions(users, terminal);
  addSignOut(users, terminal);
  addGrantCommands(users, terminal);
}

function addList(users: Command, terminal: Terminal): void {
  users
    .command("list")
    .description("every user with role and state")
    .option("--json", "as JSON", false)
    .action(async (flags: JsonFlag) => {
      const { api } = connect(process.cwd());
      const { users: found } = await api.listUsers({ limit: 1_000 });
      if (flags.json) {
        terminal.json(found);
        return;
      }
      const rows = found.map((user) => [
        user.username,
        user.role,
        user.is_active ? "active" : "deactivated",
        user.last_sign_in_at ?? "never",
        String(user.session_count),
        String(user.token_count),
      ]);
      const heads = ["USER", "ROLE", "STATE", "LAST SIGN-IN", "SESSIONS", "TOKENS"];
      for (const line of renderTable(heads, rows)) terminal.print(line);
    });
}

function addCreate(users: Command, terminal: Terminal): void {
  users
    .command("create")
    .description("make a user; asks for the password, or reads it from standard input")
    .argument("<username>")
    .requiredOption("--role <role>", ROLES.join(", "), parseRole)
    .option("--json", "as JSON", false)
    .action(async (username: string, flags: JsonFlag & { role: Role }) => {
      const { api } = connect(process.cwd());
      const password = await readSecret(`Password of ${username}`, terminal);
      const user = await api.createUser({ body: { username, password, role: flags.role } });
      tell(terminal, flags, user, `Made user ${username}, ${user.role}`);
    });
}

function addSetPassword(users: Command, terminal: Terminal): void {
  users
    .command("set-password")
    .description(
      "set a user's password, which signs the user out everywhere; asks for it, or reads it from standard input",
    )
    .argument("<username>")
    .option("--role <role>", `${ROLES.join(", ")}: makes the user when there is none`, parseRole)
    .option("--json", "as JSON", false)
    .action(async (username: string, flags: JsonFlag & { role?: Role }) => {
      const { api } = connect(process.cwd());
      const isThere = await hasUser(api, username);
      if (!isThere && flags.role === undefined) {
        throw new AirloomError(
          "user.not_found",
          `Cannot set the password of "${username}": there is no such user. Make one with --role ${ROLES.join(", ")}`,
        );
      }
      const password = await readSecret(`New password of ${username}`, terminal);
      const { role } = flags;
      const user =
        isThere || role === undefined
          ? await api.patchUser({
              username,
              body: { password, ...(role === undefined ? {} : { role }) },
            })
          : await api.createUser({ body: { username, password, role } });
      tell(terminal, flags, user, `Set the password of ${username}`);
    });
}

function addSetRole(users: Command, terminal: Terminal): void {
  users
    .command("set-role")
    .description("change what a user may do, at once")
    .argument("<username>")
    .argument("<role>", ROLES.join(", "), parseRole)
    .option("--json", "as JSON", false)
    .action(async (username: string, role: Role, flags: JsonFlag) => {
      const { api } = connect(process.cwd());
      const user = await api.patchUser({ username, body: { role } });
      tell(terminal, flags, user, `${username} is ${user.role} now`);
    });
}

function addDeactivate(users: Command, terminal: Terminal): void {
  asksFirst(users.command("deactivate"), terminal)
    .description("end a user's sessions and tokens, and refuse new ones; asks first")
    .argument("<username>")
    .option("--json", "as JSON", false)
    .action(async (username: string, flags: JsonFlag & YesFlag) => {
      const { api } = connect(process.cwd());
      const question = `Deactivate ${username}, and end every session and API token of the user?`;
      if (!flags.yes && !(await confirm(question, terminal))) {
        terminal.say("Nobody was deactivated");
        return;
      }
      const user = await api.patchUser({ username, body: { is_active: false } });
      tell(terminal, flags, user, `Deactivated user ${username}`);
    });
}

function addActivate(users: Command, terminal: Terminal): void {
  users
    .command("activate")
    .description("let a deactivated user sign in again")
    .argument("<username>")
    .option("--json", "as JSON", false)
    .action(async (username: string, flags: JsonFlag) => {
      const { api } = connect(process.cwd());
      const user = await api.patchUser({ username, body: { is_active: true } });
      tell(terminal, flags, user, `Activated user ${username}`);
    });
}

function addSessions(users: Command, terminal: Terminal): void {
  users
    .command("sessions")
    .description("where a user is signed in, and the user's API tokens")
    .argument("<username>")
    .option("--json", "as JSON", false)
    .action(async (username: string, flags: JsonFlag) => {
      const { api } = connect(process.cwd());
      const { sessions } = await api.listUserSessions({ username, limit: 1_000 });
      printSessions(terminal, flags, sessions);
    });
}

function addSignOut(users: Command, terminal: Terminal): void {
  asksFirst(users.command("sign-out"), terminal)
    .description("end every session and API token of a user; asks first")
    .argument("<username>")
    .option("--json", "as JSON", false)
    .action(async (username: string, flags: JsonFlag & YesFlag) => {
      const { api } = connect(process.cwd());
      const question = `End every session and API token of ${username}?`;
      if (!flags.yes && !(await confirm(question, terminal))) {
        terminal.say("Nobody was signed out");
        return;
      }
      const result = await api.signOutUser({ username });
      if (flags.json) terminal.json(result);
      else {
        const things = result.ended === 1 ? "session or token" : "sessions and tokens";
        terminal.print(`Ended ${result.ended} ${things} of ${username}`);
      }
    });
}

async function hasUser(api: ApiClient, username: string): Promise<boolean> {
  const { users } = await api.listUsers({ username_pattern: username, limit: 1_000 });
  return users.some((user) => user.username === username);
}

function tell(terminal: Terminal, flags: JsonFlag, user: User, sentence: string): void {
  if (flags.json) terminal.json(user);
  else terminal.print(sentence);
}

/** In any case: people write `Viewer`. */
function parseRole(text: string): Role {
  const role = ROLES.find((known) => known === text.toLowerCase());
  if (role !== undefined) return role;
  throw new AirloomError(
    "input.invalid",
    `Cannot use role "${text}": expected ${ROLES.join(", ")}`,
  );
}
