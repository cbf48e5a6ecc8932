import { DbtError } from "../error.ts";
import { parseProject } from "../parse/parse-project.ts";
import type { ParsedProject } from "../parse/parsed-project.ts";
import { ADAPTER_VERSION } from "../project/version.ts";
import { cleanCommand } from "./clean-command.ts";
import { compileCommand } from "./compile-command.ts";
import { debugCommand } from "./debug-command.ts";
import { depsCommand } from "./deps-command.ts";
import { docsCommand } from "./docs-command.ts";
import { freshnessCommand } from "./freshness-command.ts";
import type { CommandOutcome, Invocation } from "./invocation.ts";
import { listCommand } from "./list-command.ts";
import { parseCommand } from "./parse-command.ts";
import { retryCommand } from "./retry-command.ts";
import { runCommand } from "./run-command.ts";
import { RUN_COMMANDS } from "./run-commands.ts";
import { runOperationCommand } from "./run-operation-command.ts";

type Handler = (invocation: Invocation) => CommandOutcome | Promise<CommandOutcome>;

const HANDLERS: Readonly<Record<string, Handler>> = {
  clean: cleanCommand,
  compile: compileCommand,
  debug: debugCommand,
  deps: depsCommand,
  docs: docsCommand,
  list: listCommand,
  ls: listCommand,
  parse: parseCommand,
  retry: retryCommand,
  "run-operation": runOperationCommand,
  source: freshnessCommand,
};

const WITHOUT_ADAPTER: ReadonlySet<string> = new Set(["clean", "deps", "debug"]);

/** Runs the command of an invocation. */
export async function runInvocation(start: Omit<Invocation, "parse">): Promise<CommandOutcome> {
  let parsed: ParsedProject | undefined;
  const invocation: Invocation = {
    ...start,
    parse: () => (parsed ??= parseProject(start.workspace)),
  };
  if (!WITHOUT_ADAPTER.has(start.command)) {
    const message = `Registered adapter: duckdb=${ADAPTER_VERSION}`;
    start.reporter.info("AdapterRegistered", "E034", message, {
      adapter_name: "duckdb",
      adapter_version: `=${ADAPTER_VERSION}`,
    });
  }
  const options = RUN_COMMANDS[start.command];
  if (options !== undefined) return runCommand(invocation, options);
  const handler = HANDLERS[start.command];
  if (handler === undefined) throw new DbtError("Usage", `No such command '${start.command}'`);
  return handler(invocation);
}
