import type { Command } from "commander";
import { beforeAll, describe, expect, test } from "vitest";
import { openTerminal } from "./output/terminal.ts";
import { buildProgram } from "./program.ts";

/** What a command's name or the first words of its description say when it ends something for good. */
const ENDS = /\b(?:delete|remove|revoke|kill|clear|mark|deactivate|sign-out|purge|reset)$/u;
const ENDS_BY_ITS_WORDS = /^(?:delete|remove|revoke|end|take .* back)\b|\band delete\b/u;

const COMMANDS = [
  "dev kill",
  "dags delete",
  "tasks clear",
  "tasks mark",
  "connections delete",
  "variables delete",
  "pools delete",
  "users deactivate",
  "users sign-out",
  "users revoke",
  "tokens revoke",
];

function leavesOf(command: Command, path: readonly string[] = []): [string, Command][] {
  if (command.commands.length === 0) return [[path.join(" "), command]];
  return command.commands.flatMap((child) => leavesOf(child, [...path, child.name()]));
}

/** The words of a command line that has all the command asks for. */
function wordsOf(name: string, command: Command): string[] {
  const options = command.options
    .filter(({ mandatory }) => mandatory)
    .flatMap(({ long, argChoices }) => [long ?? "", argChoices?.[0] ?? "x"]);
  const values = command.registeredArguments.filter(({ required }) => required).map(() => "x");
  return [...name.split(" "), ...values, ...options];
}

describe("a command that deletes or ends something asks first (U25)", () => {
  const nobody = { ...openTerminal(), isInteractive: false };
  let program: Command;
  let commands: ReadonlyMap<string, Command>;
  beforeAll(async () => {
    program = await buildProgram(nobody, () => true);
    commands = new Map(leavesOf(program));
  });

  test("these are all of them", () => {
    const found = [...commands].filter(
      ([name, command]) => ENDS.test(name) || ENDS_BY_ITS_WORDS.test(command.description()),
    );
    expect(found.map(([name]) => name).toSorted()).toEqual(COMMANDS.toSorted());
  });

  test.each(COMMANDS)("%s takes --yes, and is refused without it and a terminal", async (name) => {
    const command = commands.get(name);
    if (command === undefined) throw new Error(`There is no command "${name}"`);
    expect(command.options.map(({ flags }) => flags)).toContain("-y, --yes");
    expect(command.description()).toMatch(/asks/u);
    await expect(
      program.parseAsync(wordsOf(name, command), { from: "user" }),
    ).rejects.toMatchObject({
      code: "input.invalid",
      message: `Cannot ask whether to go ahead with "${name}": this is no terminal. Pass --yes to go ahead without the question`,
    });
  });
});
