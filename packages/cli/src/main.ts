import { type Command, CommanderError } from "commander";
import { renderCommandList } from "./output/command-list.ts";
import { EXIT } from "./output/exit-codes.ts";
import { openTerminal } from "./output/terminal.ts";
import { buildProgram } from "./program.ts";

/** Without a word help is what is wanted; help for a command that is not there is a mistyped command. */
function wordsFor(program: Command, args: readonly string[]): string[] {
  if (args.length === 0) return ["--help"];
  const [first, second = ""] = args;
  if (first !== "help" || args.length === 1 || second.startsWith("-")) return [...args];
  const isKnown = program.commands.some(
    (command) => command.name() === second || command.aliases().includes(second),
  );
  return isKnown ? [...args] : args.slice(1);
}

/** Runs one command line and answers the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const terminal = openTerminal();
  // Only the command that is named is loaded: `airloom <name> …` or `airloom help <name>`.
  const named = args[0] === "help" ? args[1] : args[0];
  const program = await buildProgram(terminal, (name) => name === named);
  try {
    await program.parseAsync(wordsFor(program, args), { from: "user" });
    return Number(process.exitCode ?? EXIT.ok);
  } catch (error) {
    // commander has printed its own message already; help and --version end here too.
    if (error instanceof CommanderError) {
      if (error.code === "commander.unknownCommand") {
        for (const line of renderCommandList(program, args)) terminal.say(line);
      }
      return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    }
    const { reportError } = await import("./output/report-error.ts");
    return reportError(error, terminal);
  }
}
