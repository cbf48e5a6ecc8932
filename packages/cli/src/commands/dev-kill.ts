import { existsSync, rmSync } from "node:fs";
import { stopEnvironment } from "../environment/stop-environment.ts";
import { confirm } from "../output/confirm.ts";
import type { Terminal } from "../output/terminal.ts";
import type { Project } from "../project/project.ts";

/** Stops the environment at once and deletes its state. Asks first where a person can answer. */
export async function killEnvironment(
  project: Project,
  { confirmed, terminal }: { readonly confirmed: boolean; readonly terminal: Terminal },
): Promise<void> {
  const question = `Delete the database, logs and runs of "${project.config.name}"?`;
  if (!confirmed && !(await confirm(question, terminal))) {
    terminal.say("Nothing was deleted");
    return;
  }
  await stopEnvironment(project, { graceMs: 3_000 });
  if (existsSync(project.stateDir)) rmSync(project.stateDir, { recursive: true, force: true });
  terminal.print(
    `Stopped "${project.config.name}" and deleted its database, logs and runs. Dag and dbt files are kept`,
  );
}
