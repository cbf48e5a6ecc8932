import type { Command } from "commander";
import { connect } from "../environment/connect.ts";
import {
  createServiceToken,
  DBT_ACCOUNT_ID,
  DBT_JOB_ID,
  DBT_PROJECT_ID,
} from "../environment/service-token.ts";
import { renderBlock } from "../output/table.ts";
import type { Terminal } from "../output/terminal.ts";

/** `airloom service-tokens create`: the step of the guide that makes a token with Job Admin rights. */
export function addServiceTokenCommands(tokens: Command, terminal: Terminal): void {
  tokens
    .command("create")
    .description("create a service token; it is shown this once")
    .option("--name <name>", "what it is for", "airloom")
    .option("--permission <set>", "permission set, as dbt Cloud names it", "job_admin")
    .option("--json", "as JSON", false)
    .action(async (flags: { name: string; permission: string; json: boolean }) => {
      const connected = connect(process.cwd());
      const { info } = connected;
      const token = await createServiceToken(connected, {
        name: flags.name,
        permissionSet: flags.permission,
      });
      const url = `${info.dbtServiceUrl}/#/accounts/${DBT_ACCOUNT_ID}/projects/${DBT_PROJECT_ID}/jobs/${DBT_JOB_ID}/`;
      if (flags.json) {
        terminal.json({
          token,
          account_id: DBT_ACCOUNT_ID,
          job_url: url,
          tenant: info.dbtServiceUrl,
        });
        return;
      }
      const lines = renderBlock([
        ["API token (shown this once)", token],
        ["Account ID", String(DBT_ACCOUNT_ID)],
        ["Tenant", info.dbtServiceUrl ?? ""],
        ["Job", url],
      ]);
      for (const line of lines) terminal.print(line);
    });
}
