import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** Where a command line is written for a person to copy. */
export interface Surroundings {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const BIN = fileURLToPath(new URL("../../bin/airloom.js", import.meta.url));

/**
 * How a person calls Airloom from a folder: `airloom` where that is on the PATH, `npx airloom` where a folder around has
 * it installed, else by its file, which works everywhere.
 */
export function ownCommand({ cwd, env }: Surroundings = here()): string {
  if (isOnPath(env)) return "airloom";
  if (isInstalledAround(cwd)) return "npx airloom";
  return `node ${quoteShell(BIN)}`;
}

/** A command line to copy: `own("dev start")` is `npx airloom dev start` where `airloom` is not on the PATH. */
export function own(args: string, cwd: string = process.cwd()): string {
  return `${ownCommand({ cwd, env: process.env })} ${args}`;
}

/** Messages of all packages name commands as `"airloom …"`; a person reads them as they can be called here. */
export function renderOwnCommands(message: string, command: string = ownCommand()): string {
  return message.replaceAll(/(?<=["`])airloom (?=[a-z])/gu, `${command} `);
}

function here(): Surroundings {
  return { cwd: process.cwd(), env: process.env };
}

/** npm puts the folders of what is installed on the PATH of what it starts; the person's own shell does not have them. */
function isOnPath(env: Surroundings["env"]): boolean {
  const isFromNpm = env["npm_execpath"] !== undefined || env["npm_command"] !== undefined;
  return (env["PATH"] ?? "")
    .split(delimiter)
    .filter((dir) => dir !== "" && !(isFromNpm && /[\\/]node_modules[\\/]\.bin$/u.test(dir)))
    .some((dir) => isExecutable(join(dir, "airloom")));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function isInstalledAround(cwd: string): boolean {
  const dir = resolve(cwd);
  if (existsSync(join(dir, "node_modules/.bin/airloom"))) return true;
  return dirname(dir) !== dir && isInstalledAround(dirname(dir));
}

function quoteShell(text: string): string {
  return /^[\w./@:+-]+$/u.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
