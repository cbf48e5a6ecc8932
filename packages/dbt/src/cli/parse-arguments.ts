import { DbtError, messageOf } from "../error.ts";
import { isJsonObject, type JsonObject } from "../json.ts";
import type { ProcessEnv } from "../project/base-scope.ts";
import { renderHint } from "../text/did-you-mean.ts";
import { parseYaml } from "../yaml/yaml-document.ts";
import { OPTIONS, type OptionSpec } from "./option-table.ts";

/** The commands of the engine. */
export const COMMANDS = [
  "build",
  "clean",
  "compile",
  "debug",
  "deps",
  "docs",
  "list",
  "ls",
  "parse",
  "retry",
  "run",
  "run-operation",
  "seed",
  "snapshot",
  "source",
  "test",
] as const;

/** Name of a command. */
export type Command = (typeof COMMANDS)[number];

/** A value that a flag was given. */
export type OptionValue = boolean | number | string | readonly string[];

/** A command line that has been read. */
export interface CommandLine {
  readonly command: Command | undefined;
  readonly positional: readonly string[];
  readonly options: Readonly<Record<string, OptionValue>>;
}

function usage(message: string): DbtError {
  return new DbtError("Usage", message);
}

const BY_FLAG: ReadonlyMap<string, { readonly spec: OptionSpec; readonly isNegated: boolean }> =
  new Map(
    OPTIONS.flatMap((spec) =>
      spec.flags.flatMap((name): [string, { spec: OptionSpec; isNegated: boolean }][] => {
        const plain: [string, { spec: OptionSpec; isNegated: boolean }] = [
          name,
          { spec, isNegated: false },
        ];
        if (spec.kind !== "flag" || !name.startsWith("--")) return [plain];
        return [plain, [`--no-${name.slice(2)}`, { spec, isNegated: true }]];
      }),
    ),
  );

function checkChoice(spec: OptionSpec, value: string): void {
  const { choices } = spec;
  if (choices === undefined || value.split(/\s+/u).every((part) => choices.includes(part))) return;
  const hint = renderHint(value, choices);
  throw usage(
    `Invalid value for '${spec.flags[0]}': '${value}' is not one of ${choices.join(", ")}${hint}`,
  );
}

function parseCount(spec: OptionSpec, value: string): number {
  const count = Number(value);
  if (Number.isInteger(count) && count > 0) return count;
  throw usage(`Invalid value for '${spec.flags[0]}': '${value}' is not a positive whole number`);
}

function takeValues(
  spec: OptionSpec,
  words: string[],
  given: string | undefined,
): readonly string[] {
  if (given !== undefined) return [given];
  const values: string[] = [];
  const isMany = spec.kind === "texts";
  for (let next = words[0]; next !== undefined; next = words[0]) {
    const isFlag = next.startsWith("-") && BY_FLAG.has(next.split("=")[0] ?? "");
    if (isFlag || (next.startsWith("--") && next.length > 2)) break;
    values.push(next);
    words.shift();
    if (!isMany) break;
  }
  if (values.length === 0) throw usage(`Option '${spec.flags[0]}' requires an argument`);
  return values;
}

function readOption(word: string, words: string[], options: Record<string, OptionValue>): void {
  const at = word.startsWith("--") ? word.indexOf("=") : -1;
  const name = at === -1 ? word : word.slice(0, at);
  const given = at === -1 ? undefined : word.slice(at + 1);
  const found = BY_FLAG.get(name);
  if (found === undefined)
    throw usage(`No such option: ${name}${renderHint(name, BY_FLAG.keys())}`);
  const { spec, isNegated } = found;
  if (spec.kind === "flag") {
    if (given !== undefined) throw usage(`Option '${name}' does not take a value`);
    options[spec.key] = !isNegated;
    return;
  }
  const values = takeValues(spec, words, given);
  for (const value of values) checkChoice(spec, value);
  const [value = ""] = values;
  const earlier = options[spec.key];
  if (spec.kind === "texts")
    options[spec.key] = [...(Array.isArray(earlier) ? earlier : []), ...values];
  else options[spec.key] = spec.kind === "count" ? parseCount(spec, value) : value;
}

function asCommand(word: string): Command {
  const command = COMMANDS.find((name) => name === word);
  if (command !== undefined) return command;
  throw usage(
    `No such command '${word}'${renderHint(word, COMMANDS)}; commands: ${COMMANDS.join(", ")}`,
  );
}

const TRUE: ReadonlySet<string> = new Set(["1", "true", "yes", "on", "t", "y"]);
const FALSE: ReadonlySet<string> = new Set(["0", "false", "no", "off", "f", "n"]);

function parseEnv(spec: OptionSpec, name: string, given: string): OptionValue {
  const value = spec.choices === undefined ? given : given.toLowerCase();
  checkChoice(spec, value);
  switch (spec.kind) {
    case "flag":
      if (TRUE.has(value.toLowerCase())) return true;
      if (FALSE.has(value.toLowerCase())) return false;
      throw usage(
        `Invalid value for '${spec.flags[0]}' (${name}): '${value}' is not a valid boolean`,
      );
    case "count":
      return parseCount(spec, value);
    case "texts":
      return value.split(/\s+/u).filter((part) => part !== "");
    default:
      return value;
  }
}

/** Commands whose outcome hangs on the options that `UNHONOURED` is about. */
const BUILDING: ReadonlySet<string> = new Set([
  "build",
  "compile",
  "docs",
  "run",
  "snapshot",
  "test",
]);

/** Variables by which dbt takes options that this engine has not: to pass them over would build something else. */
const UNHONOURED: Readonly<Record<string, string>> = {
  DBT_DEFER: "--defer",
  DBT_FAVOR_STATE: "--favor-state",
  DBT_EMPTY: "--empty",
  DBT_SAMPLE: "--sample",
  DBT_EVENT_TIME_START: "--event-time-start",
  DBT_EVENT_TIME_END: "--event-time-end",
  DBT_WARN_ERROR_OPTIONS: "--warn-error-options",
};

function refuseUnhonoured(command: Command | undefined, env: ProcessEnv): void {
  if (command === undefined || !BUILDING.has(command)) return;
  for (const [name, option] of Object.entries(UNHONOURED)) {
    const value = env[name] ?? "";
    if (value === "" || value === "{}" || FALSE.has(value.toLowerCase())) continue;
    throw usage(
      `Cannot run with ${name}='${value}': this engine has no ${option}; unset the variable`,
    );
  }
}

const NOT_FROM_ENV: ReadonlySet<string> = new Set([
  "help",
  "version",
  "select",
  "exclude",
  "models",
  "exit_with_parent",
  "args",
  "vars",
]);

function envOptions(env: ProcessEnv): Record<string, OptionValue> {
  const options: Record<string, OptionValue> = {};
  for (const spec of OPTIONS) {
    const name = `DBT_${spec.key.toUpperCase()}`;
    const value = env[name];
    if (value === undefined || value === "" || NOT_FROM_ENV.has(spec.key)) continue;
    options[spec.key] = parseEnv(spec, name, value);
  }
  return options;
}

/** Reads a command line; the environment (`DBT_THREADS` …) fills in what it does not say. */
export function parseArguments(args: readonly string[], env: ProcessEnv): CommandLine {
  const words = [...args];
  const options: Record<string, OptionValue> = {};
  const positional: string[] = [];
  let command: Command | undefined;
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word.startsWith("-") && word !== "-") readOption(word, words, options);
    else if (command === undefined) command = asCommand(word);
    else positional.push(word);
  }
  refuseUnhonoured(command, env);
  return { command, positional, options: { ...envOptions(env), ...options } };
}

/** Reads the YAML of `--vars` or `--args`. */
export function parseYamlOption(name: string, value: OptionValue | undefined): JsonObject {
  if (value === undefined || value === "") return {};
  let parsed: unknown;
  try {
    parsed = parseYaml(String(value), name);
  } catch (error) {
    throw usage(`Invalid value for '${name}': ${messageOf(error)}`);
  }
  if (isJsonObject(parsed)) return parsed;
  throw usage(
    `Invalid value for '${name}': expected a mapping such as {key: value}, got '${String(value)}'`,
  );
}
