import type { Command } from "commander";
import { ownCommand } from "./own-command.ts";

/** One line to copy for each command, without the program's own name. */
const EXAMPLES: Readonly<Record<string, string>> = {
  quickstart: "quickstart --small",
  "dev init": "dev init my-project --template flights",
  "dev start": "dev start --port 8090",
  "dev restart": "dev restart",
  "dev stop": "dev stop",
  "dev kill": "dev kill --yes",
  "dev ps": "dev ps --json",
  "dev logs": "dev logs -f scheduler",
  "dev parse": "dev parse --json",
  check: "check dags/orders.ts --strict",
  "dags list": "dags list --json",
  "dags trigger": `dags trigger orders --conf '{"day": "2026-01-31"}' --wait`,
  "dags pause": "dags pause orders",
  "dags unpause": "dags unpause orders",
  "dags list-runs": "dags list-runs orders --limit 5",
  "dags show-run": "dags show-run orders manual__2026-01-31T06:00:00+00:00",
  "dags details": "dags details orders",
  "dags why": "dags why orders",
  "dags delete": "dags delete orders --yes",
  "tasks list": "tasks list orders",
  "tasks clear": "tasks clear orders load --run manual__2026-01-31T06:00:00+00:00 --downstream",
  "tasks logs": "tasks logs orders manual__2026-01-31T06:00:00+00:00 load --try 1",
  "tasks mark":
    "tasks mark orders load --run manual__2026-01-31T06:00:00+00:00 --state success --downstream",
  "tasks why": "tasks why orders manual__2026-01-31T06:00:00+00:00 load",
  "connections list": "connections list --json",
  "connections get": "connections get warehouse",
  "connections add":
    'connections add warehouse --conn-type postgres --host localhost --dags "sales_*,tag:finance"',
  "connections test": "connections test dbt_cloud",
  "connections delete": "connections delete warehouse --yes",
  "connections export": "connections export connections.yaml",
  "connections import": "connections import connections.json --overwrite --yes",
  "variables list": "variables list --json",
  "variables get": "variables get region",
  "variables set": "variables set region eu",
  "variables delete": "variables delete region --yes",
  "pools list": "pools list --json",
  "pools set": 'pools set warehouse 4 --description "at most four at once"',
  "pools delete": "pools delete warehouse --yes",
  "users list": "users list --json",
  "users create": "users create ada --role editor",
  "users set-password": "users set-password admin",
  "users set-role": "users set-role ada viewer",
  "users deactivate": "users deactivate ada --yes",
  "users activate": "users activate ada",
  "users sessions": "users sessions ada",
  "users sign-out": "users sign-out ada --yes",
  "users grants": "users grants ada",
  "users grant": 'users grant ada "sales_*" editor',
  "users revoke": 'users revoke ada "sales_*" --yes',
  "tokens list": "tokens list --user ada",
  "tokens create": "tokens create ci --days 30",
  "tokens revoke": "tokens revoke 7 --yes",
  "service-tokens create": "service-tokens create --permission job_admin",
  "api ls": "api ls pools",
  "api call": "api call triggerDagRun -f dag_id=orders -f note='by hand'",
  "config list": "config list --json",
  "config get": "config get port",
  doctor: "doctor --json",
};

/** Adds to each command's help an example that can be copied as it is. */
export function addExamples(command: Command, path: readonly string[] = []): void {
  for (const child of command.commands) addExamples(child, [...path, child.name()]);
  const example = EXAMPLES[path.join(" ")];
  if (example !== undefined) {
    command.addHelpText("after", () => `\nExample:\n  ${ownCommand()} ${example}`);
  }
}
