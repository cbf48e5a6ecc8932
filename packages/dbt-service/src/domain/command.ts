import { ApiError } from "../api-error.ts";

/** Words of a command line: quotes group, a backslash escapes; nothing is expanded and no shell is involved. */
export function splitCommand(command: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let at = 0; at < command.length; at += 1) {
    const letter = command.charAt(at);
    if (letter === "\\" && quote !== "'" && at + 1 < command.length) {
      at += 1;
      word = (word ?? "") + command.charAt(at);
    } else if (quote !== undefined) {
      if (letter === quote) quote = undefined;
      else word = (word ?? "") + letter;
    } else if (letter === '"' || letter === "'") {
      quote = letter;
      word ??= "";
    } else if (/\s/u.test(letter)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? "") + letter;
    }
  }
  if (quote !== undefined) {
    throw new ApiError(400, `Cannot read the command "${command}": a ${quote} is not closed`);
  }
  return word === undefined ? words : [...words, word];
}

const THREADED = new Set([
  "build",
  "compile",
  "docs",
  "retry",
  "run",
  "seed",
  "snapshot",
  "source",
  "test",
]);
const TARGETED = new Set([
  ...THREADED,
  "clone",
  "debug",
  "list",
  "ls",
  "parse",
  "run-operation",
  "show",
]);
const RETRYABLE = new Set([
  "build",
  "clone",
  "compile",
  "docs",
  "run",
  "run-operation",
  "seed",
  "snapshot",
  "test",
]);

/** The dbt subcommand of a command: `build` of `dbt --debug build -s x`. */
export function findSubcommand(command: string): string | undefined {
  return splitCommand(command)
    .slice(1)
    .find((word) => !word.startsWith("-"));
}

/** True when `dbt retry` can resume the command. */
export function isRetryable(command: string): boolean {
  return RETRYABLE.has(findSubcommand(command) ?? "");
}

/** Arguments for dbt: the command's own, with the job's threads and target unless the command says otherwise. */
export function buildArguments(
  command: string,
  settings: { readonly threads: number | null; readonly target: string | null },
): readonly string[] {
  const words = splitCommand(command).slice(1);
  const subcommand = findSubcommand(command) ?? "";
  const has = (...flags: readonly string[]): boolean =>
    words.some((word) => flags.some((flag) => word === flag || word.startsWith(`${flag}=`)));
  const threads =
    settings.threads !== null && THREADED.has(subcommand) && !has("--threads")
      ? ["--threads", String(settings.threads)]
      : [];
  const target =
    settings.target !== null && TARGETED.has(subcommand) && !has("--target", "-t")
      ? ["--target", settings.target]
      : [];
  return [...words, ...threads, ...target];
}
