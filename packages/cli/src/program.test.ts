import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { beforeAll, describe, expect, test } from "vitest";
import { EXIT } from "./output/exit-codes.ts";
import { openTerminal } from "./output/terminal.ts";
import { buildProgram } from "./program.ts";
import { parseConfig } from "./project/project.ts";

const DOC = readFileSync(new URL("../../../docs/cli.md", import.meta.url), "utf8");

/** The rows of the table below a heading, as cells; heads left out. */
function rowsBelow(heading: string): readonly (readonly string[])[] {
  const section = DOC.split(/^#+ /mu).find((part) => part.startsWith(heading)) ?? "";
  const rows = section.split("\n").filter((line) => line.startsWith("|"));
  return rows.slice(2).map((row) =>
    row
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

function codesIn(text: string): readonly string[] {
  return [...text.matchAll(/`([^`]+)`/gu)].map(([, code = ""]) => code);
}

/** `airloom dags list` · `trigger` is two commands of one group. */
function commandsIn(cell: string): readonly string[] {
  const [first = "", ...others] = codesIn(cell).map((code) => code.replace(/ [[<-].*$/u, ""));
  const group = first.split(" ").slice(0, -1).join(" ");
  return [first, ...others.map((name) => `${group} ${name}`)];
}

function namesOf(command: Command, prefix = ""): readonly (readonly [string, Command])[] {
  const name = `${prefix}${command.name()}`;
  if (command.commands.length === 0) return [[name, command]];
  return command.commands.flatMap((child) => namesOf(child, `${name} `));
}

describe("docs/cli.md", () => {
  let commands: ReadonlyMap<string, Command>;
  beforeAll(async () => {
    commands = new Map(namesOf(await buildProgram(openTerminal(), () => true)));
  });

  test("names every command, and none that is not there", () => {
    const documented = rowsBelow("The command line").flatMap(([cell = ""]) => commandsIn(cell));
    expect(documented.toSorted()).toEqual([...commands.keys()].toSorted());
  });

  test("names no option that its commands do not have", () => {
    for (const [cell = "", does = ""] of rowsBelow("The command line")) {
      if (cell.includes("airloom dbt")) continue;
      const known = commandsIn(cell).flatMap((name) =>
        (commands.get(name)?.options ?? []).flatMap(({ long, short }) => [long, short]),
      );
      const named = codesIn(`${cell} ${does}`).flatMap(
        (code) => code.match(/(?<=^| )--?[a-z-]+/gu) ?? [],
      );
      expect(named.filter((option) => !known.includes(option))).toEqual([]);
    }
  });

  test("says of every command what it does", () => {
    const silent = [...commands].filter(([, command]) => command.description() === "");
    expect(silent.map(([name]) => name)).toEqual([]);
  });

  test("every command shows in its help a line to copy (U25)", () => {
    const silent = [...commands].filter(([name, command]) => {
      let help = "";
      command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
      const [, example = ""] = help.split("Example:\n");
      return !`${example.trim()} `.includes(` ${name.replace(/^airloom /u, "")} `);
    });
    // dbt's own help is shown for it.
    expect(silent.map(([name]) => name)).toEqual(["airloom dbt"]);
  });

  test("lists the exit codes", () => {
    expect(rowsBelow("Exit codes").map(([code]) => Number(code))).toEqual(Object.values(EXIT));
  });

  test("lists the keys of the configuration", () => {
    const documented = rowsBelow("Configuration").flatMap(([cell = ""]) => codesIn(cell));
    const config = parseConfig("{}", { file: "", dir: "/p", env: {} });
    expect(documented.toSorted()).toEqual(Object.keys(config).toSorted());
  });
});

test("a command that is not called is named and not loaded", async () => {
  const program = await buildProgram(openTerminal(), (name) => name === "doctor");
  const options = program.commands.map((command) => [
    command.name(),
    command.commands.length + command.options.length,
  ]);
  expect(options.filter(([, count]) => count !== 0)).toEqual([["doctor", 1]]);
});
