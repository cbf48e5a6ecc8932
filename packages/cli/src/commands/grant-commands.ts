import { AirloomError } from "@airloom/core";
import type { Command } from "commander";
import { connect } from "../environment/connect.ts";
import { asksFirst, confirm } from "../output/confirm.ts";
import { renderTable } from "../output/table.ts";
import type { Terminal } from "../output/terminal.ts";

const GRANT_ROLES = ["none", "viewer", "editor", "admin"] as const;
type GrantRole = (typeof GRANT_ROLES)[number];

/** `airloom users grant …`: what a user may do with some Dags, in place of what the role allows everywhere. */
export function addGrantCommands(users: Command, terminal: Terminal): void {
  users
    .command("grants")
    .description("what a user may do with some Dags, beside the role")
    .argument("<username>")
    .option("--json", "as JSON", false)
    .action(async (username: string, flags: { json: boolean }) => {
      const { grants } = await connect(process.cwd()).api.listUserGrants({ username });
      if (flags.json) terminal.json(grants);
      else {
        const rows = grants.map(({ dags, role }) => [dags, role]);
        for (const line of renderTable(["DAGS", "ROLE"], rows)) terminal.print(line);
      }
    });
  users
    .command("grant")
    .description("raise or restrict a user for some Dags; none hides them")
    .argument("<username>")
    .argument("<dags>", 'a Dag id, a pattern such as "sales_*", or tag:<tag>')
    .argument("<role>", GRANT_ROLES.join(", "), parseGrantRole)
    .action(async (username: string, dags: string, role: GrantRole) => {
      await connect(process.cwd()).api.saveUserGrant({ username, body: { dags, role } });
      terminal.print(`${username} is ${role} of ${dags} now`);
    });
  asksFirst(users.command("revoke"), terminal)
    .description("take a grant back: the role holds again; asks first")
    .argument("<username>")
    .argument("<dags>", "as it was granted")
    .action(async (username: string, dags: string, flags: { yes: boolean }) => {
      const question = `Revoke what ${username} was granted for ${dags}?`;
      if (!flags.yes && !(await confirm(question, terminal))) {
        terminal.say("Nothing was revoked");
        return;
      }
      await connect(process.cwd()).api.deleteUserGrant({ username, dags });
      terminal.print(`Revoked ${dags} of ${username}`);
    });
}

function parseGrantRole(text: string): GrantRole {
  const role = GRANT_ROLES.find((known) => known === text.toLowerCase());
  if (role !== undefined) return role;
  throw new AirloomError(
    "input.invalid",
    `Cannot use role "${text}": expected ${GRANT_ROLES.join(", ")}`,
  );
}
