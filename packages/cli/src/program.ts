import { Command } from "commander";
import { addExamples } from "./output/examples.ts";
import type { Terminal } from "./output/terminal.ts";
import { readVersion } from "./version.ts";

type AddTo = (command: Command, terminal: Terminal) => void;

/** A command of the top level. What it does is loaded only when it is called: the others must not pay for it. */
interface TopCommand {
  readonly name: string;
  readonly alias?: string;
  readonly description: string;
  readonly load: () => Promise<AddTo>;
}

const COMMANDS: readonly TopCommand[] = [
  {
    name: "quickstart",
    description:
      "make the guide's project, start it, run its pipeline to the end, and leave the UI up",
    load: async () => (await import("./commands/quickstart-command.ts")).defineQuickstart,
  },
  {
    name: "dev",
    alias: "d",
    description: "begin a project, start and stop its environment",
    load: async () => (await import("./commands/dev-commands.ts")).addDevCommands,
  },
  {
    name: "check",
    description:
      "check a project before it runs: types, cycles, ids, schedules, what is named and not defined",
    load: async () => (await import("./commands/check-command.ts")).defineCheck,
  },
  {
    name: "dags",
    description: "list, trigger, pause, follow, explain and delete Dags",
    load: async () => (await import("./commands/dag-commands.ts")).addDagCommands,
  },
  {
    name: "tasks",
    description: "list, clear, mark and explain tasks, read their logs",
    load: async () => (await import("./commands/task-commands.ts")).addTaskCommands,
  },
  {
    name: "connections",
    description: "list, add, test, delete, export and import connections",
    load: async () => (await import("./commands/connection-commands.ts")).addConnectionCommands,
  },
  {
    name: "variables",
    description: "list, get, set and delete variables",
    load: async () => (await import("./commands/variable-commands.ts")).addVariableCommands,
  },
  {
    name: "pools",
    description: "list, set and delete pools",
    load: async () => (await import("./commands/pool-commands.ts")).addPoolCommands,
  },
  {
    name: "users",
    description: "list, make, change, deactivate and sign out users",
    load: async () => (await import("./commands/user-commands.ts")).addUserCommands,
  },
  {
    name: "tokens",
    description: "list, make and revoke API tokens",
    load: async () => (await import("./commands/token-commands.ts")).addTokenCommands,
  },
  {
    name: "service-tokens",
    description: "tokens of the local dbt job service",
    load: async () =>
      (await import("./commands/service-token-commands.ts")).addServiceTokenCommands,
  },
  {
    name: "dbt",
    description: "run dbt commands on a project: build, run, test, seed, snapshot, compile, ls, …",
    load: async () => (await import("./commands/dbt-commands.ts")).defineDbt,
  },
  {
    name: "api",
    description: "list the operations of the REST API and call one",
    load: async () => (await import("./commands/api-commands.ts")).addApiCommands,
  },
  {
    name: "config",
    description: "the settings in force, and where each comes from",
    load: async () => (await import("./commands/config-commands.ts")).addConfigCommands,
  },
  {
    name: "doctor",
    description: "check this machine and project",
    load: async () => (await import("./commands/doctor-command.ts")).defineDoctor,
  },
];

/** The command line, with every command named and those that are wanted loaded. */
export async function buildProgram(
  terminal: Terminal,
  isWanted: (name: string) => boolean,
): Promise<Command> {
  const program = new Command("airloom")
    .description("Airloom: a workflow orchestrator in TypeScript with dbt built in")
    .version(readVersion(), "-V, --version")
    .showSuggestionAfterError()
    .exitOverride()
    .enablePositionalOptions()
    .configureOutput({
      outputError: (text, write) =>
        write(text.replace(/^error: /u, `${terminal.style("red", "Error")}  `)),
    });
  for (const { name, alias, description, load } of COMMANDS) {
    const command = program.command(name).description(description);
    if (alias !== undefined) command.alias(alias);
    if (isWanted(name) || (alias !== undefined && isWanted(alias))) {
      const addTo = await load();
      addTo(command, terminal);
      addExamples(command, [name]);
    }
  }
  return program;
}
