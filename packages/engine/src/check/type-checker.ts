import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { isAbsolute, join, relative, resolve } from "node:path";
import { renderCodeFrame } from "../loader/code-frame.ts";
import { type BroughtPackages, loadBroughtPackages } from "./brought-packages.ts";
import type { TypeCheck, TypeCheckInput, TypeProblem } from "./check-types.ts";
import { renderCompilerConfig } from "./compiler-config.ts";
import { findCompiler, findsAirloom, findTypeRoots } from "./find-compiler.ts";
import { type Diagnostic, parseDiagnostics } from "./parse-diagnostics.ts";
import { runCompiler } from "./run-compiler.ts";

const MAX_PROBLEMS = 1_000;

const CONFIG_TIMEOUT_MS = 30_000;

/** Checks the types of Dag files as the project's `tsconfig.json` says. Called in a process of its own. */
export async function runTypeCheck(options: TypeCheckInput): Promise<TypeCheck> {
  const { projectDir } = options;
  const program = findCompiler(projectDir);
  if (program === undefined) {
    const reason = 'TypeScript is not installed: run "npm install typescript" in the project';
    return { kind: "unknown", reason };
  }
  const files = options.files.filter((file) => /\.m?ts$/u.test(file));
  if (files.length === 0) return { kind: "checked", problems: [] };
  const given = { ...options, files };
  const places = { ...options, dir: typesDirOf(options) };
  const brought = await loadBroughtPackages(places);
  const first = await compile(program, given, brought);
  const more = await brought.with(first.found);
  const isWhole = more.folders.size === brought.folders.size;
  const { end, found } = isWhole ? first : await compile(program, given, more);
  // The compiler ends with 0 when all is well, and with 1 or 2 when it names errors.
  if (end.code !== 0 && found.length === 0) {
    return {
      kind: "unknown",
      reason: `The compiler ended without a result: ${firstLine(end.output)}`,
    };
  }
  // One whose types cannot be told is there all the same.
  const problems = found.filter((problem) => !more.isBrought(problem));
  return { kind: "checked", problems: await locate(problems, projectDir) };
}

function typesDirOf({ cacheDir }: TypeCheckInput): string {
  return join(cacheDir, "types");
}

async function compile(program: string, options: TypeCheckInput, brought: BroughtPackages) {
  const config = await writeConfig(program, options, brought);
  const run = { cwd: options.projectDir, timeoutMs: options.timeoutMs };
  const end = await runCompiler(program, ["-p", config, "--pretty", "false"], run);
  return { end, found: parseDiagnostics(end.output) };
}

async function writeConfig(
  program: string,
  options: TypeCheckInput,
  { folders }: BroughtPackages,
): Promise<string> {
  const { projectDir, files, entry } = options;
  const dir = typesDirOf(options);
  const own = join(projectDir, "tsconfig.json");
  const base = existsSync(own) ? own : null;
  const added = {
    ...(findsAirloom(projectDir) ? {} : { airloom: [entry.replace(/\.js$/u, ".d.ts")] }),
    ...Object.fromEntries(
      [...folders].flatMap(([name, folder]) => [
        [name, [folder]],
        [`${name}/*`, [`${folder}/*`]],
      ]),
    ),
  };
  const config = renderCompilerConfig({
    base,
    files,
    buildInfoFile: join(dir, "state.tsbuildinfo"),
    paths:
      Object.keys(added).length === 0
        ? null
        : { ...(base === null ? {} : await loadPaths(program, { base, options })), ...added },
    typeRoots: findTypeRoots(projectDir),
  });
  return saveConfig(dir, JSON.stringify(config));
}

/** Beside what was kept of the last check; where we may not write there, the check only takes longer. */
async function saveConfig(dir: string, text: string): Promise<string> {
  try {
    await mkdir(dir, { recursive: true });
    await writeFile(join(dir, "tsconfig.json"), text);
    return join(dir, "tsconfig.json");
  } catch {
    const aside = await mkdtemp(join(tmpdir(), "airloom-types-"));
    await writeFile(join(aside, "tsconfig.json"), text);
    return join(aside, "tsconfig.json");
  }
}

/** The project's own `paths`: a configuration on top of another replaces them as a whole. */
async function loadPaths(
  program: string,
  { base, options }: { readonly base: string; readonly options: TypeCheckInput },
): Promise<Readonly<Record<string, readonly string[]>>> {
  const { projectDir } = options;
  const run = { cwd: projectDir, timeoutMs: CONFIG_TIMEOUT_MS };
  const { output } = await runCompiler(program, ["-p", base, "--showConfig"], run);
  const paths = parsePaths(output);
  return Object.fromEntries(
    Object.entries(paths).map(([name, targets]) => [
      name,
      targets.map((target) => resolve(projectDir, target)),
    ]),
  );
}

function parsePaths(text: string): Readonly<Record<string, readonly string[]>> {
  try {
    return JSON.parse(text).compilerOptions?.paths ?? {};
  } catch {
    return {};
  }
}

/** What an installed package says of itself is not the project's to mend. */
async function locate(
  found: readonly Diagnostic[],
  projectDir: string,
): Promise<readonly TypeProblem[]> {
  const sources = new Map<string, string | undefined>();
  const problems: TypeProblem[] = [];
  for (const { file, ...rest } of found) {
    const path = file === null ? null : isAbsolute(file) ? file : resolve(projectDir, file);
    if (path !== null && !isOwn(path, projectDir)) continue;
    if (path !== null && !sources.has(path)) sources.set(path, await readText(path));
    const source = path === null ? undefined : sources.get(path);
    const codeFrame =
      source === undefined || rest.line === null
        ? null
        : renderCodeFrame(source, rest.line, rest.column);
    problems.push({ ...rest, path, codeFrame });
    if (problems.length === MAX_PROBLEMS) break;
  }
  return problems;
}

function isOwn(path: string, projectDir: string): boolean {
  const below = relative(projectDir, path);
  return (
    !below.startsWith("..") && !isAbsolute(below) && !/(?:^|[/\\])node_modules[/\\]/u.test(below)
  );
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch {
    return undefined;
  }
}

function firstLine(text: string): string {
  return text.trim().split("\n")[0] ?? "";
}
