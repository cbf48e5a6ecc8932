import type { Command } from "commander";
import { renderBlock } from "./table.ts";

/** What can be called where a name was mistyped: the commands of the group that was named, else all of the top level. */
export function renderCommandList(program: Command, args: readonly string[]): readonly string[] {
  const names = args[0] === "help" ? args.slice(1) : args;
  const group = findGroup(program, names) ?? program;
  const title = group === program ? "Commands" : `Commands of ${group.name()}`;
  const rows = group.commands.map((command) => [command.name(), command.description()] as const);
  return [`${title}:`, ...renderBlock(rows).map((line) => `  ${line}`)];
}

function findGroup(program: Command, [name = ""]: readonly string[]): Command | undefined {
  return program.commands.find(
    (command) =>
      (command.name() === name || command.aliases().includes(name)) && command.commands.length > 0,
  );
}
