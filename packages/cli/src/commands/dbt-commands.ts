import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import type { Command } from "commander";

/** `airloom dbt …`: the dbt engine as a command line of its own, with dbt's flags, output and exit codes. */
export function defineDbt(command: Command): void {
  command
    .argument("[args...]", "dbt's own command and flags")
    .allowUnknownOption()
    .passThroughOptions()
    .helpOption(false)
    .action(async (args: string[]) => {
      process.exitCode = await runDbtProcess(args);
    });
}

/** The entry point of the dbt engine's process. */
export function dbtMainFile(): string {
  return createRequire(import.meta.url).resolve("@airloom/dbt/main");
}

function runDbtProcess(args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [dbtMainFile(), ...args], { stdio: "inherit" });
    const forward = (signal: NodeJS.Signals): void => {
      child.kill(signal);
    };
    process.on("SIGINT", forward).on("SIGTERM", forward);
    child.on("error", reject);
    child.on("exit", (code) => {
      process.off("SIGINT", forward).off("SIGTERM", forward);
      resolve(code ?? 1);
    });
  });
}
