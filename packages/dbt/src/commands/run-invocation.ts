import { DbtError } from "../error.ts";
import { parseProject } from "../parse/parse-project.ts";
import type { ParsedProject } from "../parse/parsed-project.ts";
import { ADAPTER_VERSION } from "../project/version.ts";
import type { CommandOutcome, Invocation } from "./invocation.ts";
import { RUN_COMMANDS } from "./run-commands.ts";

type Handler = (invocation: Invocation) => CommandOutcome | Promise<CommandOutcome>;

async function loadList(): Promise<Handler> {
  return (await import("./list-command.ts")).listCommand;
}

// Each command is loaded when it is asked for: a list needs nothing of what runs nodes, and modules are most of what a short command costs.
const HANDLERS: Readonly<Record<string, () => Promise<Handler>>> = {
  clean: async () => (await import("./clean-command.ts")).cleanCommand,
  compile: async () => (await import("./compile-command.ts")).compileCommand,
  debug: async () => (await import("./debug-command.ts")).debugCommand,
  deps: async () => (await import("./deps-command.ts")).depsCommand,
  docs: async () => (await import("./docs-command.ts")).docsCommand,
  list: loadList,
  ls: loadList,
  parse: async () => (await import("./parse-command.ts")).parseCommand,
  retry: async () => (await import("./retry-command.ts")).retryCommand,
  "run-operation": async () => (await import("./run-operation-command.ts")).runOperationCommand,
  source: async () => (await import("./freshness-command.ts")).freshnessCommand,
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
  if (options !== undefined) {
    const { runCommand } = await import("./run-command.ts");
    return runCommand(invocation, options);
  }
  const load = HANDLERS[start.command];
  if (load === undefined) throw new DbtError("Usage", `No such command '${start.command}'`);
  const handler = await load();
  return handler(invocation);
}
