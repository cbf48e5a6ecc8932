import { openDatabase } from "../adapter/duckdb.ts";
import { messageOf } from "../error.ts";
import { paint } from "../events/event.ts";
import { ADAPTER_VERSION, COMPATIBLE_DBT_VERSION } from "../project/version.ts";
import type { CommandOutcome, Invocation } from "./invocation.ts";

/** `dbt debug`: shows what would be used, and tries the connection. */
export async function debugCommand(invocation: Invocation): Promise<CommandOutcome> {
  const { workspace, reporter } = invocation;
  const { project, target } = workspace;
  const say = (text: string): void => reporter.info("DebugCmdOut", "Z047", text, { msg: text });
  say(`dbt version: ${COMPATIBLE_DBT_VERSION}`);
  say(`node version: ${process.versions.node}`);
  say(`adapter: duckdb ${ADAPTER_VERSION}`);
  say(`Using profiles dir at ${target.profilesFolder}`);
  say(`Using dbt_project.yml file at ${project.root}/dbt_project.yml`);
  say("Configuration:");
  say(`  profiles.yml file [${paint("green", "OK found and valid")}]`);
  say(`  dbt_project.yml file [${paint("green", "OK found and valid")}]`);
  say("Connection:");
  say(`  database: ${target.database}`);
  say(`  schema: ${target.schema}`);
  say(`  path: ${target.path}`);
  say(`  threads: ${target.threads}`);
  try {
    const database = await openDatabase(target.path, target.opening, workspace.cage);
    const session = await database.openSession();
    await session.query("select 1");
    session.close();
    database.close();
  } catch (error) {
    say(`  Connection test: [${paint("red", "ERROR")}]`);
    reporter.blank();
    say(paint("red", "1 check failed:"));
    say(messageOf(error));
    return { success: false };
  }
  say(`  Connection test: [${paint("green", "OK connection ok")}]`);
  reporter.blank();
  say(paint("green", "All checks passed!"));
  return { success: true };
}
