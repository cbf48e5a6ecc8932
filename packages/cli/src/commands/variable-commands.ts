import { AirloomError } from "@airloom/core";
import type { Command } from "commander";
import { connect } from "../environment/connect.ts";
import { asksFirst, confirm } from "../output/confirm.ts";
import { readSecret } from "../output/read-secret.ts";
import { renderTable } from "../output/table.ts";
import type { Terminal } from "../output/terminal.ts";

/** `airloom variables …`. The value of a secret one is never shown. */
export function addVariableCommands(variables: Command, terminal: Terminal): void {
  addList(variables, terminal);
  addGet(variables, terminal);
  addSet(variables, terminal);
  asksFirst(variables.command("delete"), terminal)
    .description("delete a variable; asks first")
    .argument("<key>")
    .action(async (key: string, flags: { yes: boolean }) => {
      const { api } = connect(process.cwd());
      if (!flags.yes && !(await confirm(`Delete variable ${key}?`, terminal))) {
        terminal.say("Nothing was deleted");
        return;
      }
      await api.deleteVariable({ variable_key: key });
      terminal.print(`Deleted variable ${key}`);
    });
}

function addList(variables: Command, terminal: Terminal): void {
  variables
    .command("list")
    .description("every variable; those that are secret as ***")
    .option("--json", "as JSON", false)
    .action(async (flags: { json: boolean }) => {
      const { api } = connect(process.cwd());
      const { variables: found } = await api.listVariables({ limit: 1_000 });
      if (flags.json) {
        terminal.json(found);
        return;
      }
      const rows = found.map(({ key, value, description }) => [key, value, description ?? ""]);
      for (const line of renderTable(["VARIABLE", "VALUE", "DESCRIPTION"], rows))
        terminal.print(line);
    });
}

function addGet(variables: Command, terminal: Terminal): void {
  variables
    .command("get")
    .description("the value of a variable")
    .argument("<key>")
    .option("--json", "the variable as JSON", false)
    .action(async (key: string, flags: { json: boolean }) => {
      const { api } = connect(process.cwd());
      const variable = await api.getVariable({ variable_key: key });
      if (variable.is_secret) {
        // A script would take the mask for the value.
        throw new AirloomError(
          "auth.forbidden",
          `Cannot show variable "${key}": it is secret, only tasks get its value`,
        );
      }
      if (flags.json) terminal.json(variable);
      else terminal.print(variable.value);
    });
}

interface SetFlags {
  readonly secret: boolean;
  readonly description?: string;
}

function addSet(variables: Command, terminal: Terminal): void {
  variables
    .command("set")
    .description("make a variable, or change it")
    .argument("<key>")
    .argument("[value]", "read from standard input when left out")
    .option("--secret", "never shown again", false)
    .option("--description <text>", "for people")
    .action(async (key: string, given: string | undefined, flags: SetFlags) => {
      const { api } = connect(process.cwd());
      const value = given ?? (await readSecret(`Value of ${key}`, terminal));
      const { secret, ...described } = flags;
      const body = { key, value, is_secret: secret, ...described };
      const { variables: found } = await api.listVariables({
        variable_key_pattern: key,
        limit: 1_000,
      });
      const exists = found.some((variable) => variable.key === key);
      await (exists
        ? api.patchVariable({ variable_key: key, body })
        : api.createVariable({ body }));
      terminal.print(`Set variable ${key}`);
    });
}
