import { existsSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import type { ApiClient } from "@airloom/api";
import { AirloomError } from "@airloom/core";
import type { Command } from "commander";
import { type Connected, connect } from "../environment/connect.ts";
import { createServiceToken, DBT_ACCOUNT_ID } from "../environment/service-token.ts";
import type { Started } from "../environment/start-environment.ts";
import { stopEnvironment } from "../environment/stop-environment.ts";
import { EXIT } from "../output/exit-codes.ts";
import { own } from "../output/own-command.ts";
import {
  exitCodeOf,
  type RunView,
  renderFailures,
  renderRunEnd,
  renderRunTable,
} from "../output/run-view.ts";
import { renderBlock, renderDuration } from "../output/table.ts";
import type { Terminal } from "../output/terminal.ts";
import { copyFlightsData, FLIGHTS_FILES, type FlightsSize } from "../project/flights-data.ts";
import { initProject } from "../project/init-project.ts";
import { CONFIG_FILE, loadProject, type Project } from "../project/project.ts";
import {
  addStartOptions,
  environmentBlock,
  renderStopped,
  startWithProgress,
} from "./dev-commands.ts";
import { followRun, isNotFound } from "./follow-run.ts";

const DAG_ID = "dbt_cloud_provider_eltml";
const CONNECTION_ID = "dbt_cloud";
const DAG_APPEARS_WITHIN_MS = 30_000;

interface QuickstartFlags {
  readonly stop: boolean;
  readonly small: boolean;
  readonly json: boolean;
  readonly wait: number;
  readonly port?: number;
  readonly dbtServicePort?: number;
}

/** `airloom quickstart`: the guide's whole pipeline on real data, with the environment left up to look around in. */
export function defineQuickstart(command: Command, terminal: Terminal): void {
  addStartOptions(command)
    .argument("[dir]", "folder of the project", "airloom-quickstart")
    .option("--small", "20,000 flights instead of 3 million", false)
    .option("--stop", "stop the environment of an earlier quickstart", false)
    .option("--json", "the run as JSON", false)
    .action(async (dir: string, flags: QuickstartFlags) => {
      if (flags.stop) await stop(resolve(dir), terminal);
      else await quickstart(resolve(dir), flags, terminal);
    });
}

async function stop(dir: string, terminal: Terminal): Promise<void> {
  const project = loadProject(dir);
  const stopped = await stopEnvironment(project, { graceMs: 15_000 });
  terminal.print(renderStopped(stopped, project.config.name));
}

async function quickstart(dir: string, flags: QuickstartFlags, terminal: Terminal): Promise<void> {
  const startedAt = performance.now();
  const size: FlightsSize = flags.small ? "20k" : "3m";
  const project = prepareProject(dir, size, terminal);
  const started = await startWithProgress(project, flags, terminal);
  const connected = connect(project.dir);
  const { api } = connected;

  await prepareConnection(connected, terminal);
  await setVariable(api, "flights_file", FLIGHTS_FILES[size]);
  await untilDagAppears(api);
  await api.patchDag({ dag_id: DAG_ID, body: { is_paused: false } });
  const run = await api.triggerDagRun({ dag_id: DAG_ID, body: { note: "quickstart" } });
  terminal.say(
    `${terminal.style("green", "✔")} Triggered ${DAG_ID}: extract >> load >> dbt build >> ml_training`,
  );

  const view = await followRun(api, { dagId: DAG_ID, runId: run.dag_run_id }, { terminal });
  if (flags.json) terminal.json(view);
  else
    await printResult({
      api,
      view,
      started,
      project,
      elapsedMs: performance.now() - startedAt,
      terminal,
    });
  process.exitCode = exitCodeOf(view);
}

function prepareProject(dir: string, size: FlightsSize, terminal: Terminal): Project {
  const isNew = !existsSync(join(dir, CONFIG_FILE));
  if (isNew) initProject(dir, { template: "flights", force: false });
  copyFlightsData(dir, size);
  terminal.say(
    `${terminal.style("green", "✔")} ${isNew ? "Made" : "Found"} the project in ${relative(process.cwd(), dir) || "."}`,
  );
  return loadProject(dir);
}

async function prepareConnection(connected: Connected, terminal: Terminal): Promise<void> {
  const { api, info } = connected;
  if (info.dbtServiceUrl === null) return;
  const found = await api
    .getConnection({ connection_id: CONNECTION_ID })
    .catch((error: unknown) => {
      if (isNotFound(error)) return undefined;
      throw error;
    });
  if (found?.host === info.dbtServiceUrl) return;
  const token = await createServiceToken(connected, {
    name: "quickstart",
    permissionSet: "job_admin",
  });
  const body = {
    connection_id: CONNECTION_ID,
    conn_type: "dbt_cloud",
    description: "The dbt job service of this project",
    host: info.dbtServiceUrl,
    login: String(DBT_ACCOUNT_ID),
    password: token,
  };
  await (found === undefined
    ? api.createConnection({ body })
    : api.patchConnection({ connection_id: CONNECTION_ID, body }));
  terminal.say(
    `${terminal.style("green", "✔")} Made the connection ${CONNECTION_ID} to ${info.dbtServiceUrl}`,
  );
}

async function setVariable(api: ApiClient, key: string, value: string): Promise<void> {
  const { variables } = await api.listVariables({ variable_key_pattern: key });
  const exists = variables.some((variable) => variable.key === key);
  await (exists
    ? api.patchVariable({ variable_key: key, body: { value } })
    : api.createVariable({
        body: { key, value, description: "Which file of data/source is extracted" },
      }));
}

async function untilDagAppears(api: ApiClient): Promise<void> {
  const until = performance.now() + DAG_APPEARS_WITHIN_MS;
  for (;;) {
    try {
      await api.getDag({ dag_id: DAG_ID });
      return;
    } catch (error) {
      if (!isNotFound(error)) throw error;
      const { import_errors: errors } = await api.listImportErrors({});
      const [first] = errors;
      if (first !== undefined)
        throw new AirloomError(
          "dag.import_failed",
          `Cannot read ${first.filename}: ${first.stack_trace}`,
          { cause: error },
        );
      if (performance.now() > until) throw error;
    }
    await new Promise((wake) => setTimeout(wake, 50));
  }
}

async function printResult(result: {
  readonly api: ApiClient;
  readonly view: RunView;
  readonly started: Started;
  readonly project: Project;
  readonly elapsedMs: number;
  readonly terminal: Terminal;
}): Promise<void> {
  const { view, terminal, project, started } = result;
  for (const line of ["", ...renderRunTable(view, terminal), ""]) terminal.print(line);
  if (exitCodeOf(view) === EXIT.failedInside) {
    terminal.print(`${DAG_ID}: ${renderRunEnd(view, terminal)}`);
    for (const line of renderFailures(view)) terminal.print(`  ${line}`);
  } else if (view.state === "success") {
    const took = `${renderDuration(view.durationMs ?? 0)} (everything: ${renderDuration(result.elapsedMs)})`;
    terminal.print(
      `${terminal.style("green", "✔")} ${DAG_ID} succeeded in ${took}${await renderMetrics(result.api, view)}`,
    );
  } else {
    terminal.print(`${terminal.style("red", "✖")} ${DAG_ID} failed`);
    for (const line of renderFailures(view)) terminal.print(`  ${line}`);
  }
  const here = relative(process.cwd(), project.dir);
  const enter = here === "" ? "" : `cd ${here} && `;
  const next: readonly (readonly [string, string])[] = [
    ...environmentBlock(started).filter(([label]) => label !== "Logs" && label !== "Stop"),
    ["This run", `${started.info.url}/dags/${DAG_ID}/runs/${encodeURIComponent(view.runId)}`],
    ["Run it again", `${enter}${own(`dags trigger ${DAG_ID} --wait`, project.dir)}`],
    [
      "Break a model",
      `edit ${join(here, "dbt/models/marts/fct_daily_delays.sql")}, trigger, and look at the run`,
    ],
    ["Stop", own(`quickstart${here === "airloom-quickstart" ? "" : ` ${here || "."}`} --stop`)],
  ];
  for (const line of ["", ...renderBlock(next)]) terminal.print(line);
}

async function renderMetrics(api: ApiClient, view: RunView): Promise<string> {
  const entry = await api
    .getXCom({
      dag_id: view.dagId,
      dag_run_id: view.runId,
      task_id: "ml_training",
      xcom_key: "return_value",
    })
    .catch(() => undefined);
  const value = entry?.value;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "";
  const { testedOn, meanAbsoluteError, rootMeanSquareError, baselineRootMeanSquareError } = value;
  return `\n  the delay model, tested on ${Number(testedOn).toLocaleString("en")} flights: mean absolute error ${Number(meanAbsoluteError).toFixed(1)} min, root mean square error ${Number(rootMeanSquareError).toFixed(1)} min (${Number(baselineRootMeanSquareError).toFixed(1)} min when always guessing the mean)`;
}
