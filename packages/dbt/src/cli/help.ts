import { OPTIONS } from "./option-table.ts";
import { COMMANDS } from "./parse-arguments.ts";

/** The text of `--help`. */
export function renderHelp(): string {
  const flags = OPTIONS.map(
    (option) => `  ${option.flags.join(", ")}${option.kind === "flag" ? "" : " VALUE"}`,
  );
  return [
    "Usage: dbt COMMAND [OPTIONS]",
    "",
    `Commands: ${COMMANDS.join(", ")}`,
    "",
    "Options:",
    ...flags,
  ].join("\n");
}
