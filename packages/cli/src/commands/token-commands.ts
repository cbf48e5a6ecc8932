import type { Command } from "commander";
import { connect } from "../environment/connect.ts";
import { asksFirst, confirm } from "../output/confirm.ts";
import { renderBlock } from "../output/table.ts";
import type { Terminal } from "../output/terminal.ts";
import { integerBetween } from "./option-parsers.ts";
import { printSessions } from "./print-sessions.ts";

/** `airloom tokens …`: API tokens of the local admin, or of another user to list and revoke. */
export function addTokenCommands(tokens: Command, terminal: Terminal): void {
  tokens
    .command("list")
    .description("API tokens, without their texts")
    .option("--user <username>", "whose; the local admin's otherwise")
    .option("--json", "as JSON", false)
    .action(async (flags: { user?: string; json: boolean }) => {
      const { api } = connect(process.cwd());
      const { sessions } = await (flags.user === undefined
        ? api.listMySessions({ limit: 1_000 })
        : api.listUserSessions({ username: flags.user, limit: 1_000 }));
      printSessions(
        terminal,
        flags,
        sessions.filter(({ kind }) => kind === "token"),
      );
    });
  tokens
    .command("create")
    .description("make an API token of the local admin; it is shown this once")
    .argument("<name>", "what it is for")
    .option("--days <days>", "until it ends", integerBetween(1, 366), 90)
    .option("--json", "as JSON", false)
    .action(async (name: string, flags: { days: number; json: boolean }) => {
      const { api } = connect(process.cwd());
      const made = await api.createApiToken({ body: { name, expires_in_days: flags.days } });
      if (flags.json) {
        terminal.json(made);
        return;
      }
      const lines = renderBlock([
        ["API token (shown this once)", made.token],
        ["Name", name],
        ["Ends", made.session.expires_at],
      ]);
      for (const line of lines) terminal.print(line);
    });
  asksFirst(tokens.command("revoke"), terminal)
    .description("end an API token; asks first")
    .argument("<id>", "as `airloom tokens list` shows it")
    .option("--user <username>", "whose; the local admin's otherwise")
    .option("--json", "as JSON", false)
    .action(async (id: string, flags: { user?: string; json: boolean; yes: boolean }) => {
      const { api } = connect(process.cwd());
      const question = `Revoke token ${id}? Whatever uses it is refused from then on`;
      if (!flags.yes && !(await confirm(question, terminal))) {
        terminal.say("Nothing was revoked");
        return;
      }
      await (flags.user === undefined
        ? api.endMySession({ session_id: id })
        : api.endUserSession({ username: flags.user, session_id: id }));
      if (flags.json) terminal.json({ id, revoked: true });
      else terminal.print(`Revoked token ${id}`);
    });
}
