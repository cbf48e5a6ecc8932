import { randomUUID } from "node:crypto";
import { delimiter, isAbsolute, resolve } from "node:path";
import {
  type Bounds,
  boundsOfPerson,
  boundsOfStep,
  FOLDERS_VARIABLE,
  holdPath,
} from "./cage/bounds.ts";
import { type Cage, followLinks, isInside } from "./cage/cage.ts";
import { holdProject } from "./cage/hold-project.ts";
import { renderHelp } from "./cli/help.ts";
import { type CommandLine, parseArguments, parseYamlOption } from "./cli/parse-arguments.ts";
import { withPreviousOptions } from "./cli/previous-options.ts";
import { createSettings, flagsOf, type Settings } from "./cli/settings.ts";
import type { CommandOutcome } from "./commands/invocation.ts";
import { readPreviousResults } from "./commands/previous-results.ts";
import { runInvocation } from "./commands/run-invocation.ts";
import { MacroRegistry } from "./context/macro-registry.ts";
import type { Workspace } from "./context/workspace.ts";
import { DbtError, renderError } from "./error.ts";
import { type EventLevel, type EventSink, paint } from "./events/event.ts";
import { createReporter, type Reporter } from "./events/reporter.ts";
import {
  createConsoleSink,
  type LogFile,
  type LogFormat,
  openLogFile,
} from "./events/write-events.ts";
import { objectOf } from "./json.ts";
import { readMacros } from "./parse/read-macros.ts";
import { createBaseScope, type ProcessEnv } from "./project/base-scope.ts";
import { loadPackages } from "./project/load-packages.ts";
import { loadTarget } from "./project/profile.ts";
import { profileNameOf, readProject, renderProject } from "./project/project-file.ts";
import { loadSelectors } from "./project/selectors-file.ts";
import { readVarsFile } from "./project/vars-file.ts";
import { ADAPTER_VERSION, COMPATIBLE_DBT_VERSION } from "./project/version.ts";
import { createParseEnvironment, createRunEnvironment } from "./template/environment.ts";
import { templateFailure } from "./template/render-yaml.ts";

/** Where an invocation takes place and who listens. */
export interface RunDbtOptions {
  /** Folder that relative paths start from; the project is looked for here. */
  readonly cwd: string;
  readonly env: ProcessEnv;
  /** What the step of a job may touch; none when a person runs dbt. */
  readonly cage?: Cage | undefined;
  /** Hears every event, whatever the console shows. */
  readonly onEvent?: EventSink;
  /** Aborting stops the running statements; what had ended is written to the artifacts. */
  readonly signal?: AbortSignal;
  /** Takes the lines of the console; nothing is printed without it. */
  readonly write?: (text: string) => void;
  readonly useColors?: boolean;
}

/** How an invocation ended. */
export interface RunDbtResult {
  /** 0: success. 1: something failed. 2: the command line or the project cannot be used. */
  readonly exitCode: 0 | 1 | 2;
  readonly invocationId: string;
}

function projectRoot(settings: Settings, cwd: string): string {
  return resolve(cwd, settings.text("project_dir") ?? ".");
}

// What a person says counts for the person; what the step of a job says is held to its cage.
function openBounds(root: string, line: CommandLine, options: RunDbtOptions): Bounds {
  if (options.cage !== undefined) {
    const bounds = boundsOfStep(root, options.cage);
    holdPath(bounds, bounds.root, "--project-dir");
    return bounds;
  }
  const written = [line.options["target_path"], line.options["log_path"]];
  const named = (options.env[FOLDERS_VARIABLE] ?? "").split(delimiter);
  return boundsOfPerson(
    root,
    [...written, ...named].flatMap((path) =>
      typeof path === "string" && path !== "" ? [resolve(root, path)] : [],
    ),
  );
}

// A person's profile lies where the person keeps it.
function holdProfile(file: string, bounds: Bounds, cage: Cage | undefined): void {
  if (cage === undefined || cage.given.some((folder) => isInside(folder, followLinks(file))))
    return;
  holdPath(bounds, file, "the profile");
}

/** Commands that work before packages are installed. */
const WITHOUT_PACKAGES: ReadonlySet<string> = new Set(["clean", "debug", "deps"]);

function openWorkspace(
  line: CommandLine,
  options: RunDbtOptions,
  invocationId: string,
  startedAt: Date,
  reporter: () => Reporter,
): { readonly workspace: Workspace; readonly settings: Settings } {
  const first = createSettings(line);
  const cliVars = parseYamlOption("--vars", line.options["vars"]);
  const parse = createParseEnvironment();
  const environments = { parse, run: createRunEnvironment() };
  const root = projectRoot(first, options.cwd);
  const bounds = openBounds(root, line, options);
  const known = { env: options.env, vars: cliVars, startedAt, invocationId };
  const raw = readProject(root, bounds);
  const fileVars = readVarsFile(raw, bounds);
  const settings = createSettings(line, objectOf(raw.values["flags"]));
  const base = createBaseScope(known);
  const profilesDir = settings.text("profiles_dir");
  const target = loadTarget(
    {
      projectRoot: raw.root,
      profileName: settings.text("profile") ?? profileNameOf(raw, parse, base),
      targetName: settings.text("target"),
      threads: settings.count("threads"),
      profilesFolder: profilesDir === undefined ? undefined : resolve(options.cwd, profilesDir),
      hold: (file) => holdProfile(file, bounds, options.cage),
    },
    options.env,
    parse,
    base,
  );
  const scope = createBaseScope({ ...known, vars: { ...fileVars, ...cliVars }, target });
  const checksVersion = first.isOn("version_check");
  const loaded = renderProject(raw, parse, scope, {
    checksVersion,
    bounds,
    ...(fileVars === undefined ? {} : { vars: fileVars }),
  });
  const project = {
    ...loaded,
    targetPath: settings.text("target_path") ?? loaded.targetPath,
    logPath: settings.text("log_path") ?? loaded.logPath,
  };
  holdProject(bounds, project);
  const workspace: Workspace = {
    invocationId,
    startedAt,
    env: options.env,
    cage: options.cage,
    bounds,
    cliVars,
    flags: flagsOf(settings, line.command ?? ""),
    project,
    packages: WITHOUT_PACKAGES.has(line.command ?? "")
      ? new Map([[project.name, project]])
      : loadPackages(project, {
          environment: parse,
          rootScope: base,
          // As in dbt, the command line's variables are not for the dbt_project.yml of a package.
          packageScope: createBaseScope({ ...known, vars: {}, target }),
          checksVersion,
          bounds,
        }),
    selectors: loadSelectors(project.root, parse, scope, bounds),
    target,
    environments,
    registry: new MacroRegistry(project.name),
    log: (message, isInfo) =>
      reporter().log(isInfo ? "info" : "debug", "JinjaLogInfo", "I062", message, { msg: message }),
    warn: (message) => {
      if (settings.isOn("warn_error")) throw new DbtError("Compilation", message);
      reporter().log(
        "warn",
        "JinjaLogWarning",
        "I061",
        `${paint("yellow", "[WARNING]")}: ${message}`,
        {
          msg: message,
        },
      );
    },
  };
  for (const each of workspace.packages.values()) {
    for (const entry of readMacros(each, environments)) workspace.registry.add(entry);
  }
  return { workspace, settings };
}

function formatOf(settings: Settings): LogFormat {
  const format = settings.text("log_format");
  if (settings.isOn("debug") && format === "default") return "debug";
  return format === "json" || format === "debug" ? format : "default";
}

function levelOf(settings: Settings): EventLevel | "none" {
  if (settings.isOn("debug")) return "debug";
  const level = settings.text("log_level");
  return level === "debug" || level === "warn" || level === "error" || level === "none"
    ? level
    : "info";
}

function consoleSink(
  settings: Settings,
  options: RunDbtOptions,
  invocationId: string,
): EventSink | undefined {
  const { write } = options;
  if (write === undefined) return undefined;
  const given = settings.line.options["use_colors"];
  return createConsoleSink({
    format: formatOf(settings),
    level: levelOf(settings),
    useColors: typeof given === "boolean" ? given : (options.useColors ?? false),
    isQuiet:
      settings.isOn("quiet") ||
      ((settings.line.command === "ls" || settings.line.command === "list") &&
        !settings.isOn("debug")),
    invocationId,
    write,
  });
}

function reportFailure(reporter: Reporter, error: unknown): RunDbtResult["exitCode"] {
  const message = renderError(error);
  const isUsage = error instanceof DbtError && error.kind === "Usage";
  const title = error instanceof DbtError && !isUsage ? `${error.kind} Error\n  ` : "";
  const text = isUsage
    ? message
    : `Encountered an error:\n${title}${message.replaceAll("\n", "\n  ")}`;
  reporter.log("error", "MainEncounteredError", "Z002", text, { exc: message });
  return 2;
}

/** Runs one dbt command in this process; never throws for a failure of the project. */
export async function runDbt(
  args: readonly string[],
  options: RunDbtOptions,
): Promise<RunDbtResult> {
  const invocationId = randomUUID();
  const startedAt = new Date();
  const sinks: EventSink[] = options.onEvent === undefined ? [] : [options.onEvent];
  const reporter = createReporter(
    (event) => {
      for (const sink of sinks) sink(event);
    },
    () => new Date(),
  );
  let log: LogFile | undefined;
  const finish = (exitCode: RunDbtResult["exitCode"]): RunDbtResult => {
    log?.flush();
    return { exitCode, invocationId };
  };
  let line: CommandLine;
  try {
    line = parseArguments(args, options.env);
  } catch (error) {
    const plain = createSettings({ command: undefined, positional: [], options: {} });
    const sink = consoleSink(plain, options, invocationId);
    if (sink !== undefined) sinks.push(sink);
    return finish(reportFailure(reporter, error));
  }
  const early = createSettings(line);
  const sink = consoleSink(early, options, invocationId);
  if (sink !== undefined) sinks.push(sink);
  if (
    line.options["version"] === true ||
    line.options["help"] === true ||
    line.command === undefined
  ) {
    reporter.print(
      line.options["version"] === true
        ? `dbt ${COMPATIBLE_DBT_VERSION} (duckdb ${ADAPTER_VERSION})`
        : renderHelp(),
    );
    return finish(
      line.command === undefined &&
        line.options["version"] !== true &&
        line.options["help"] !== true
        ? 2
        : 0,
    );
  }
  reporter.info("MainReportVersion", "A001", `Running with dbt=${COMPATIBLE_DBT_VERSION}`, {
    version: `=${COMPATIBLE_DBT_VERSION}`,
    log_version: 3,
  });
  try {
    const open = (given: CommandLine): ReturnType<typeof openWorkspace> =>
      openWorkspace(given, options, invocationId, startedAt, () => reporter);
    let { workspace, settings } = open(line);
    if (line.command === "retry") {
      const previous = readPreviousResults(settings, workspace);
      ({ workspace, settings } = open(withPreviousOptions(line, objectOf(previous["args"]))));
    }
    const { root, logPath } = workspace.project;
    log = openLogFile(
      isAbsolute(logPath) ? logPath : resolve(root, logPath),
      invocationId,
      startedAt,
    );
    sinks.push(log.sink);
    const outcome: CommandOutcome = await runInvocation({
      settings,
      command: line.command,
      workspace,
      reporter,
      signal: options.signal ?? new AbortController().signal,
      now: () => new Date(),
    });
    return finish(outcome.success ? 0 : 1);
  } catch (error) {
    return finish(reportFailure(reporter, templateFailure(error)));
  }
}
