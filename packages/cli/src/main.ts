import { ApiError } from "@airloom/api";
import { AirloomError } from "@airloom/core";
import { Command, CommanderError } from "commander";
import { addConfigCommands } from "./commands/config-commands.ts";
import { addDagCommands } from "./commands/dag-commands.ts";
import { addDbtCommands } from "./commands/dbt-commands.ts";
import { addDevCommands } from "./commands/dev-commands.ts";
import { addDoctor } from "./commands/doctor-command.ts";
import { addQuickstart } from "./commands/quickstart-command.ts";
import { addServiceTokenCommands } from "./commands/service-token-commands.ts";
import { addUserCommands } from "./commands/user-commands.ts";
import { EXIT, exitCodeOf } from "./output/exit-codes.ts";
import { openTerminal, type Terminal } from "./output/terminal.ts";
import { readVersion } from "./version.ts";

/** Runs one command line and answers the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const terminal = openTerminal();
  const program = buildProgram(terminal);
  try {
    await program.parseAsync([...args], { from: "user" });
    return Number(process.exitCode ?? EXIT.ok);
  } catch (error) {
    return report(terminal, error);
  }
}

function buildProgram(terminal: Terminal): Command {
  const program = new Command("airloom")
    .description("Airloom: a workflow orchestrator in TypeScript with dbt built in")
    .version(readVersion(), "-V, --version")
    .showSuggestionAfterError()
    .exitOverride()
    .enablePositionalOptions()
    .configureOutput({ writeErr: (text) => process.stderr.write(text) });
  addQuickstart(program, terminal);
  addDevCommands(program, terminal);
  addDagCommands(program, terminal);
  addConfigCommands(program, terminal);
  addUserCommands(program, terminal);
  addServiceTokenCommands(program, terminal);
  addDbtCommands(program);
  addDoctor(program, terminal);
  return program;
}

const EXIT_OF_STATUS: Readonly<Record<number, number>> = {
  400: EXIT.usage,
  401: EXIT.auth,
  403: EXIT.auth,
  404: EXIT.notFound,
  409: EXIT.conflict,
  422: EXIT.usage,
};

function report(terminal: Terminal, error: unknown): number {
  // commander has printed its own message already; help and --version end here too.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  const label = terminal.style("red", "Error");
  if (error instanceof AirloomError) {
    terminal.say(`${label}  ${error.message}`);
    return exitCodeOf(error);
  }
  if (error instanceof ApiError) {
    terminal.say(`${label}  ${error.message}`);
    return EXIT_OF_STATUS[error.status] ?? EXIT.failed;
  }
  if (error instanceof Error) {
    terminal.say(`${label}  ${error.message}`);
    if (process.env["AIRLOOM_DEBUG"] !== undefined) terminal.say(error.stack ?? "");
    return EXIT.failed;
  }
  terminal.say(`${label}  ${String(error)}`);
  return EXIT.bug;
}
