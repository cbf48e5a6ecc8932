import { AirloomError } from "@airloom/core";
import type { Command } from "commander";
import { renderTable } from "../output/table.ts";
import type { Terminal } from "../output/terminal.ts";
import { explainConfig, type Setting } from "../project/config-sources.ts";
import { loadProject } from "../project/project.ts";

/** `airloom config …`: the settings in force; needs nothing running. */
export function addConfigCommands(config: Command, terminal: Terminal): void {
  config
    .command("list")
    .description("every setting, and what decided it; secrets as ***")
    .option("--json", "as JSON", false)
    .action((flags: { json: boolean }) => {
      const settings = loadSettings();
      if (flags.json) {
        terminal.json(settings);
        return;
      }
      const rows = settings.map(({ key, value, source }) => [key, renderValue(value), source]);
      for (const line of renderTable(["SETTING", "VALUE", "FROM"], rows)) terminal.print(line);
    });
  config
    .command("get")
    .description("one setting as it is in force")
    .argument("<key>")
    .option("--json", "with what decided it, as JSON", false)
    .action((key: string, flags: { json: boolean }) => {
      const settings = loadSettings();
      const found = settings.find((setting) => setting.key === key);
      if (found === undefined) {
        const known = settings.map((setting) => setting.key).join(", ");
        throw new AirloomError(
          "input.invalid",
          `Cannot show setting "${key}": expected one of ${known}`,
        );
      }
      if (flags.json) terminal.json(found);
      else terminal.print(renderValue(found.value));
    });
}

function loadSettings(): readonly Setting[] {
  return explainConfig(loadProject(process.cwd()), process.env);
}

function renderValue(value: Setting["value"]): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
