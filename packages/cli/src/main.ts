import { CommanderError } from "commander";
import { EXIT } from "./output/exit-codes.ts";
import { openTerminal } from "./output/terminal.ts";
import { buildProgram } from "./program.ts";

/** Runs one command line and answers the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const terminal = openTerminal();
  try {
    // Only the command that is named is loaded: `airloom <name> …` or `airloom help <name>`.
    const named = args[0] === "help" ? args[1] : args[0];
    const program = await buildProgram(terminal, (name) => name === named);
    await program.parseAsync([...args], { from: "user" });
    return Number(process.exitCode ?? EXIT.ok);
  } catch (error) {
    // commander has printed its own message already; help and --version end here too.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    const { reportError } = await import("./output/report-error.ts");
    return reportError(error, terminal);
  }
}
