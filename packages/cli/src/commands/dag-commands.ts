import type { ApiClient, RequestOf } from "@airloom/api";
import { AirloomError } from "@airloom/core";
import { type Command, InvalidArgumentError } from "commander";
import { connect } from "../environment/connect.ts";
import { own } from "../output/own-command.ts";
import { exitCodeOf, renderFailures, renderRunEnd, renderRunTable } from "../output/run-view.ts";
import { renderRunState } from "../output/states.ts";
import { renderTable } from "../output/table.ts";
import type { Terminal } from "../output/terminal.ts";
import { addDagFactsCommands } from "./dag-facts-commands.ts";
import { followRun, loadRunView } from "./follow-run.ts";
import { integerBetween, secondsOf } from "./option-parsers.ts";

/** `airloom dags …`: what Airflow's command line does to a running environment. */
export function addDagCommands(dags: Command, terminal: Terminal): void {
  addList(dags, terminal);
  addTrigger(dags, terminal);
  addPause(dags, terminal);
  addRuns(dags, terminal);
  addDagFactsCommands(dags, terminal);
}

function addList(dags: Command, terminal: Terminal): void {
  dags
    .command("list")
    .description("every Dag, and files that could not be read")
    .option("--json", "as JSON", false)
    .action(async (flags: { json: boolean }) => {
      const { api } = connect(process.cwd());
      const [{ dags: found }, { import_errors: errors }] = await Promise.all([
        api.listDags({ limit: 1_000 }),
        api.listImportErrors({ limit: 1_000 }),
      ]);
      if (flags.json) {
        terminal.json({ dags: found, import_errors: errors });
        return;
      }
      const rows = found.map((dag) => [
        dag.dag_id,
        dag.is_paused ? "paused" : "active",
        dag.timetable_summary ?? "none",
        dag.next_dagrun_run_after ?? "",
        dag.tags.map((tag) => tag.name).join(", "),
      ]);
      for (const line of renderTable(["DAG", "STATE", "SCHEDULE", "NEXT RUN", "TAGS"], rows))
        terminal.print(line);
      for (const { filename, stack_trace: text } of errors)
        terminal.say(`${terminal.style("red", "✖")} ${filename}: ${text.split("\n")[0]}`);
      if (errors.length > 0) terminal.say(`"${own("dev parse")}" shows the lines`);
    });
}

type Conf = NonNullable<RequestOf<"triggerDagRun">["body"]["conf"]>;

function jsonObjectOf(text: string): Conf {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return asConf(value);
  } catch {
    // Said below, with what is right.
  }
  throw new InvalidArgumentError('Expected a JSON object, such as \'{"day": "2026-01-31"}\'');
}

// What JSON.parse gave is JSON.
function asConf(value: object): Conf {
  return value as Conf;
}

interface TriggerFlags {
  readonly conf?: Conf;
  readonly runId?: string;
  readonly logicalDate?: string;
  readonly wait: boolean;
  readonly timeout?: number;
  readonly json: boolean;
}

function addTrigger(dags: Command, terminal: Terminal): void {
  dags
    .command("trigger")
    .description("start a run")
    .argument("<dag_id>")
    .option("-c, --conf <json>", "what the run is given", jsonObjectOf)
    .option("-r, --run-id <id>", "its name; made up when left out")
    .option(
      "-l, --logical-date <date>",
      "its date, such as 2026-01-31T06:00:00Z; now when left out",
    )
    .option(
      "-w, --wait",
      "show it until it ends; exit code 1 when it fails, 7 when it succeeds although something in it failed",
      false,
    )
    .option("--timeout <seconds>", "with --wait: how long", secondsOf)
    .option("--json", "the run as JSON", false)
    .action(async (dagId: string, flags: TriggerFlags) => {
      const { api } = connect(process.cwd());
      const dag = await api.getDag({ dag_id: dagId });
      if (flags.wait && dag.is_paused) {
        throw new AirloomError(
          "input.invalid",
          `Cannot wait for a run of "${dagId}": it is paused, so the run would not start. Switch it on with "airloom dags unpause ${dagId}"`,
        );
      }
      const run = await api.triggerDagRun({
        dag_id: dagId,
        body: {
          conf: flags.conf ?? {},
          ...(flags.runId === undefined ? {} : { dag_run_id: flags.runId }),
          ...(flags.logicalDate === undefined ? {} : { logical_date: flags.logicalDate }),
        },
      });
      if (flags.wait) {
        await waitForRun(api, { dagId, runId: run.dag_run_id }, { flags, terminal });
        return;
      }
      if (flags.json) terminal.json(run);
      else terminal.print(`Triggered ${dagId}: ${run.dag_run_id}`);
      if (dag.is_paused) {
        terminal.say(
          `"${dagId}" is paused: the run waits until you switch it on with "${own(`dags unpause ${dagId}`)}"`,
        );
      }
    });
}

async function waitForRun(
  api: ApiClient,
  run: { readonly dagId: string; readonly runId: string },
  { flags, terminal }: { readonly flags: TriggerFlags; readonly terminal: Terminal },
): Promise<void> {
  const timeout = flags.timeout === undefined ? {} : { timeoutMs: flags.timeout * 1000 };
  const view = await followRun(api, run, { terminal, ...timeout });
  if (flags.json) terminal.json(view);
  else {
    for (const line of renderRunTable(view, terminal)) terminal.print(line);
    for (const line of renderFailures(view)) terminal.say(line);
  }
  process.exitCode = exitCodeOf(view);
}

function addPause(dags: Command, terminal: Terminal): void {
  for (const [name, isPaused, done] of [
    ["pause", true, "is paused: runs in progress end, no new ones start"],
    ["unpause", false, "is on"],
  ] as const) {
    dags
      .command(name)
      .description(isPaused ? "switch a Dag off" : "switch a Dag on")
      .argument("<dag_id>")
      .action(async (dagId: string) => {
        const { api } = connect(process.cwd());
        await api.patchDag({ dag_id: dagId, body: { is_paused: isPaused } });
        terminal.print(`${dagId} ${done}`);
      });
  }
}

function addRuns(dags: Command, terminal: Terminal): void {
  dags
    .command("list-runs")
    .description("runs of a Dag, newest first")
    .argument("<dag_id>")
    .option("--limit <n>", "how many", integerBetween(1, 1_000), 25)
    .option("--json", "as JSON", false)
    .action(async (dagId: string, flags: { limit: number; json: boolean }) => {
      const { api } = connect(process.cwd());
      const { dag_runs: runs } = await api.listDagRuns({
        dag_id: dagId,
        limit: flags.limit,
        order_by: ["-run_after"],
      });
      if (flags.json) {
        terminal.json(runs);
        return;
      }
      const rows = runs.map((run) => [
        run.dag_run_id,
        renderRunState(run, terminal),
        run.start_date ?? "",
        run.duration === null ? "" : `${run.duration.toFixed(1)} s`,
      ]);
      for (const line of renderTable(["RUN", "STATE", "STARTED", "DURATION"], rows))
        terminal.print(line);
    });
  dags
    .command("show-run")
    .description("tasks and dbt nodes of a run")
    .argument("<dag_id>")
    .argument("<run_id>")
    .option("--json", "as JSON", false)
    .action(async (dagId: string, runId: string, flags: { json: boolean }) => {
      const { api } = connect(process.cwd());
      const view = await loadRunView(api, dagId, runId);
      if (flags.json) terminal.json(view);
      else
        for (const line of [...renderRunTable(view, terminal), "", renderRunEnd(view, terminal)])
          terminal.print(line);
    });
}
