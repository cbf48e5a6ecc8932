import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Command } from "commander";
import { findProjectDir, loadProject } from "../project/project.ts";

/** `airloom dbt …`: the dbt engine as a command line of its own, with dbt's flags, output and exit codes. */
export function defineDbt(command: Command): void {
  command
    .argument("[args...]", "dbt's own command and flags")
    .allowUnknownOption()
    .passThroughOptions()
    .helpOption(false)
    .action(async (args: string[]) => {
      process.chdir(dbtFolderFor(args, process.cwd()));
      const { startEngine } = await import("@airloom/dbt/start");
      process.exitCode = await startEngine(args);
    });
}

/** The entry point of the dbt engine's process. */
export function dbtMainFile(): string {
  return createRequire(import.meta.url).resolve("@airloom/dbt/main");
}

/** Where dbt runs: here, or in the dbt project of the Airloom project around, where no other is named and none is here. */
export function dbtFolderFor(args: readonly string[], cwd: string): string {
  const isNamed = args.some((arg) => /^--project-dir(?:=|$)/u.test(arg));
  if (isNamed || existsSync(join(cwd, "dbt_project.yml"))) return cwd;
  if (findProjectDir(cwd) === undefined) return cwd;
  const { dir, config } = loadProject(cwd);
  return config.dbt === null ? cwd : join(dir, config.dbt);
}
