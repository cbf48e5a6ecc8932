import { existsSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { AirloomError } from "@airloom/core";
import { Argument, type Command, InvalidArgumentError } from "commander";
import { type Started, startEnvironment } from "../environment/start-environment.ts";
import { type Stopped, stopEnvironment } from "../environment/stop-environment.ts";
import {
  describeRestart,
  findSupervision,
  readSupervision,
  type Supervision,
} from "../environment/supervise.ts";
import { asksFirst } from "../output/confirm.ts";
import { own } from "../output/own-command.ts";
import { renderBlock, renderDuration, renderTable } from "../output/table.ts";
import type { Terminal } from "../output/terminal.ts";
import { findEnvironment, isAlive } from "../project/environment-file.ts";
import { copyFlightsData } from "../project/flights-data.ts";
import { initProject, TEMPLATES, type Template } from "../project/init-project.ts";
import { CONFIG_FILE, loadProject, type Project } from "../project/project.ts";
import { killEnvironment } from "./dev-kill.ts";
import { COMPONENTS, type Component, followLogs } from "./dev-logs.ts";
import { fileOf, portOf, secondsOf } from "./option-parsers.ts";

const JUST_NOW_MS = 60_000;

interface StartFlags {
  readonly port?: number;
  readonly dbtServicePort?: number;
  readonly host?: string;
  readonly wait: number;
  readonly json?: boolean;
  readonly foreground?: boolean;
  readonly tls?: boolean;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
}

/** `airloom dev …`: the local environment, in the words of the Astro CLI. */
export function addDevCommands(dev: Command, terminal: Terminal): void {
  addInit(dev, terminal);
  addStart(dev, terminal);
  addStop(dev, terminal);
  addPs(dev, terminal);
  addLogsAndParse(dev, terminal);
}

function addInit(dev: Command, terminal: Terminal): void {
  dev
    .command("init")
    .description("begin a project")
    .argument("[dir]", "its folder", ".")
    .option(
      "-t, --template <name>",
      `what to begin with: ${TEMPLATES.join(", ")}`,
      templateOf,
      "minimal" as Template,
    )
    .option("-f, --force", "add what is missing to a folder that is not empty", false)
    .action((dir: string, flags: { template: Template; force: boolean }) => {
      const result = initProject(dir, flags);
      if (flags.template === "flights") {
        copyFlightsData(result.dir, "3m");
        copyFlightsData(result.dir, "20k");
      }
      terminal.print(`Began an Airloom project in ${result.dir} (${result.created.length} files)`);
      for (const file of result.kept) terminal.say(`kept   ${relative(result.dir, file)}`);
      const here = relative(process.cwd(), result.dir);
      terminal.print(
        `Next:  ${here === "" ? "" : `cd ${here} && `}${own("dev start", result.dir)}`,
      );
    });
}

function templateOf(value: string): Template {
  const found = TEMPLATES.find((template) => template === value);
  if (found === undefined)
    throw new InvalidArgumentError(`Expected one of ${TEMPLATES.join(", ")}`);
  return found;
}

/** Options shared by `dev start`, `dev restart` and `quickstart`. */
export function addStartOptions(command: Command): Command {
  return command
    .option("-p, --port <number>", "port of the UI and API (0: any free one)", portOf)
    .option("--dbt-service-port <number>", "port of the dbt job service", portOf)
    .option("--host <address>", "address to listen on")
    .option("--tls", "serve the job service over HTTPS with a certificate of the project's own CA")
    .option(
      "--tls-cert <file>",
      "serve the job service over HTTPS with this certificate (PEM)",
      fileOf,
    )
    .option("--tls-key <file>", "the key of that certificate (PEM)", fileOf)
    .option("--wait <seconds>", "how long to wait until everything is healthy", secondsOf, 60);
}

function addStart(dev: Command, terminal: Terminal): void {
  addStartOptions(dev.command("start"))
    .description("start the environment; returns once everything is healthy")
    .option("-f, --foreground", "stay, show the environment's log, stop with Ctrl-C")
    .option("--json", "print what was started as JSON")
    .action(async (flags: StartFlags) => {
      const project = loadProject(process.cwd());
      if (findEnvironment(project) !== undefined && !hasJustComeBack(project)) {
        throw alreadyRunning(project);
      }
      checkCertificate(flags);
      const started = await startWithProgress(project, flags, terminal);
      printStarted(started, { flags, terminal });
      if (flags.foreground === true) await stayInForeground(project, terminal);
    });
  addStartOptions(dev.command("restart"))
    .description("stop and start again")
    .option("--json", "print what was started as JSON")
    .action(async (flags: StartFlags) => {
      const project = loadProject(process.cwd());
      checkCertificate(flags);
      await stopEnvironment(project, { graceMs: 15_000 });
      printStarted(await startWithProgress(project, flags, terminal), { flags, terminal });
    });
}

/** Whoever saw it die and starts it gets what was asked for, also where it was quicker. */
function hasJustComeBack(project: Project): boolean {
  const supervision = findSupervision(project);
  if (supervision === undefined || supervision.deaths.length === 0) return false;
  return Date.now() - Date.parse(supervision.startedAt) < JUST_NOW_MS;
}

function checkCertificate(flags: Pick<StartFlags, "tlsCert" | "tlsKey">): void {
  if ((flags.tlsCert === undefined) === (flags.tlsKey === undefined)) return;
  throw new AirloomError(
    "input.invalid",
    "Cannot use a certificate without its key: pass --tls-cert and --tls-key together",
  );
}

function alreadyRunning(project: Project): AirloomError {
  const info = findEnvironment(project);
  return new AirloomError(
    "database.locked",
    `The environment of "${project.config.name}" is running already (pid ${info?.pid}, since ${info?.startedAt}) at ${info?.url}. Stop it with "airloom dev stop", or restart it with "airloom dev restart"`,
  );
}

/** Starts the environment of a project, with its steps shown while they take. */
export async function startWithProgress(
  project: Project,
  flags: Omit<StartFlags, "json" | "foreground">,
  terminal: Terminal,
): Promise<Started> {
  const startedAt = performance.now();
  const started = await startEnvironment(
    project,
    {
      projectDir: project.dir,
      port: flags.port ?? null,
      dbtServicePort: flags.dbtServicePort ?? null,
      host: flags.host ?? null,
      tls: flags.tls === true,
      tlsCert: flags.tlsCert ?? null,
      tlsKey: flags.tlsKey ?? null,
    },
    {
      timeoutMs: flags.wait * 1000,
      onProgress: (step) => terminal.live([terminal.style("dim", `${step} …`)]),
    },
  );
  terminal.live([]);
  if (!started.wasRunning) {
    terminal.say(
      `${terminal.style("green", "✔")} Airloom is ready (${renderDuration(performance.now() - startedAt)}, pid ${started.info.pid})`,
    );
  }
  const dags = join(project.dir, project.config.dags);
  const missing = existsSync(dags)
    ? []
    : [`There is no folder "${dags}": make it, or set "dags" in ${CONFIG_FILE}`];
  for (const note of [...started.notes, ...missing])
    terminal.say(`${terminal.style("yellow", "!")} ${note}`);
  return started;
}

/** Where everything is and what to do next, as the guide prints it. */
export function environmentBlock(started: Started): readonly (readonly [string, string])[] {
  const { info } = started;
  return [
    ["Airloom UI", info.url],
    ...(info.dbtServiceUrl === null ? [] : [["dbt job service", info.dbtServiceUrl] as const]),
    ...(info.dbtServiceCaFile === null
      ? []
      : [["Job service's CA", info.dbtServiceCaFile] as const]),
    ["Postgres database", info.databaseUrl],
    [
      "UI credentials",
      info.password === null ? info.username : `${info.username}:${info.password}`,
    ],
    ["Logs", own("dev logs -f")],
    ["Stop", own("dev stop")],
  ];
}

function printStarted(
  started: Started,
  { flags, terminal }: { readonly flags: StartFlags; readonly terminal: Terminal },
): void {
  if (flags.json === true) {
    terminal.json(started.info);
    return;
  }
  for (const line of renderBlock(environmentBlock(started))) terminal.print(line);
}

async function stayInForeground(project: Project, terminal: Terminal): Promise<void> {
  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  process.once("SIGINT", onSignal).once("SIGTERM", onSignal);
  await followLogs(project, { follow: true, component: null, signal: stop.signal, terminal });
  terminal.say("Stopping …");
  await stopEnvironment(project, { graceMs: 15_000 });
}

function addStop(dev: Command, terminal: Terminal): void {
  dev
    .command("stop")
    .description("stop the environment; everything is kept")
    .action(async () => {
      const project = loadProject(process.cwd());
      const stopped = await stopEnvironment(project, { graceMs: 15_000 });
      terminal.print(renderStopped(stopped, project.config.name));
    });
  asksFirst(dev.command("kill"), terminal)
    .description("stop the environment at once and delete its database, logs and runs; asks first")
    .action(async (flags: { yes: boolean }) => {
      const project = loadProject(process.cwd());
      await killEnvironment(project, { confirmed: flags.yes, terminal });
    });
}

/** What `dev stop` and `quickstart --stop` say. */
export function renderStopped(stopped: Stopped, name: string): string {
  const kept = "Runs and logs are kept; unfinished runs go on at the next start";
  switch (stopped.kind) {
    case "environment":
      return `Stopped "${name}" (pid ${stopped.pid}). ${kept}`;
    case "database":
      return `Stopped the PostgreSQL of "${name}", all that was left of an environment that was killed. ${kept}`;
    case "nothing":
      return `Nothing to stop: the environment of "${name}" is not running`;
  }
}

function addPs(dev: Command, terminal: Terminal): void {
  dev
    .command("ps")
    .description("what is running")
    .option("--json", "as JSON")
    .action((flags: { json?: boolean }) => {
      const project = loadProject(process.cwd());
      const info = findEnvironment(project);
      const rows = (info?.components ?? []).map((component) => ({
        name: component.name,
        state: isAlive(component.pid) ? "running" : "exited",
        pid: component.pid,
      }));
      const supervision = readSupervision(project);
      const restart = describeRestart(supervision) ?? null;
      if (flags.json === true) {
        terminal.json({
          project: project.config.name,
          running: info !== undefined,
          restart,
          gave_up: supervision?.gaveUp ?? null,
          url: info?.url ?? null,
          components: rows,
        });
        return;
      }
      if (info === undefined) {
        terminal.print(renderNotRunning(project, supervision));
        return;
      }
      const table = renderTable(
        ["NAME", "STATE", "PID"],
        rows.map((row) => [row.name, row.state, String(row.pid)]),
      );
      for (const line of [
        ...table,
        "",
        ...renderBlock([
          ["Project", basename(project.dir)],
          ["Web", info.url],
          ...(restart === null ? [] : [["Restart", restart] as const]),
        ]),
      ]) {
        terminal.print(line);
      }
    });
}

function renderNotRunning(project: Project, supervision: Supervision | undefined): string {
  const what = `The environment of "${project.config.name}" is`;
  const start = `Start it with "${own("dev start")}"`;
  if (supervision?.gaveUp != null) {
    return `${what} not running, and was given up: ${supervision.gaveUp}. ${start}`;
  }
  const death = findSupervision(project)?.deaths.at(-1);
  if (death === undefined) return `${what} not running. ${start}`;
  return `${what} being started again: its main process ended (${death.how}) at ${death.at}`;
}

function addLogsAndParse(dev: Command, terminal: Terminal): void {
  dev
    .command("logs")
    .description("output of the environment's own processes")
    .addArgument(new Argument("[component]", "only lines of one").choices(COMPONENTS))
    .option("-f, --follow", "go on showing new lines", false)
    .action(async (component: Component | undefined, flags: { follow: boolean }) => {
      const stop = new AbortController();
      process.once("SIGINT", () => stop.abort());
      await followLogs(loadProject(process.cwd()), {
        follow: flags.follow,
        component: component ?? null,
        signal: stop.signal,
        terminal,
      });
    });
  dev
    .command("parse")
    .description("read every Dag file and report errors; needs nothing running")
    .option("--json", "as JSON", false)
    .action(async (flags: { json: boolean }) => {
      const { printParseReport } = await import("./dev-parse.ts");
      await printParseReport(loadProject(process.cwd()), { asJson: flags.json, terminal });
    });
}
