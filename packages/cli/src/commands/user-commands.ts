import { AirloomError } from "@airloom/core";
import type { Command } from "commander";
import { connect } from "../environment/connect.ts";
import { readSecret } from "../output/read-secret.ts";
import type { Terminal } from "../output/terminal.ts";

const SHORTEST = 8;

/** `airloom users …`: who may sign in to this environment. */
export function addUserCommands(users: Command, terminal: Terminal): void {
  users
    .command("set-password")
    .description("set a user's password; asks for it, or reads it from standard input")
    .argument("<username>")
    .option("--role <role>", "viewer, editor or admin: makes the user when there is none")
    .action(async (username: string, flags: { role?: string }) => {
      const { project, info } = connect(process.cwd());
      const role = roleOf(flags.role);
      const password = await readSecret(`New password of ${username}`, terminal);
      if (password.length < SHORTEST) {
        throw new AirloomError(
          "input.invalid",
          `Cannot use this password: it has ${password.length} characters, ${SHORTEST} or more are needed`,
        );
      }
      const { savePassword } = await import("../environment/save-password.ts");
      await savePassword({ project, databaseUrl: info.databaseUrl }, { username, role, password });
      terminal.print(`Set the password of ${username}`);
    });
}

type Role = "viewer" | "editor" | "admin";

function roleOf(text: string | undefined): Role | undefined {
  if (text === undefined || text === "viewer" || text === "editor" || text === "admin") return text;
  throw new AirloomError(
    "input.invalid",
    `Cannot use role "${text}": expected viewer, editor or admin`,
  );
}
