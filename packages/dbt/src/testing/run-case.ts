import { stripVTControlCharacters } from "node:util";
import type { JsonObject } from "../json.ts";
import { runDbt } from "../run-dbt.ts";
import type { CaseFile } from "./case-file.ts";
import { describeOutcome, keepArtifacts, type StepOutcome, writeCase } from "./case-outcome.ts";

function isListing(command: readonly string[]): boolean {
  return command[0] === "ls" || command[0] === "list";
}

/** Runs the commands of a case in an empty folder with this engine. */
export async function runCase(
  folder: string,
  file: CaseFile,
): Promise<{ readonly outcome: JsonObject; readonly output: string }> {
  writeCase(folder, file);
  const steps: StepOutcome[] = [];
  let output = "";
  for (const [at, command] of file.commands.entries()) {
    const texts: string[] = [];
    const words = isListing(command) ? [...command, "--quiet"] : command;
    const { exitCode } = await runDbt(words, {
      cwd: folder,
      env: { HOME: folder },
      write: (text) => texts.push(stripVTControlCharacters(text)),
    });
    keepArtifacts(folder, at);
    const said = texts.join("");
    output += said;
    const lines = isListing(command) && exitCode === 0 ? said.split("\n").filter(Boolean) : [];
    steps.push({ command: command.join(" "), exitCode, lines });
  }
  return { outcome: await describeOutcome(folder, steps), output };
}
