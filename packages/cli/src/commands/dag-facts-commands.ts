import type { ApiClient, ResponseOf } from "@airloom/api";
import type { Command } from "commander";
import { connect } from "../environment/connect.ts";
import { asksFirst, confirm } from "../output/confirm.ts";
import { renderCount } from "../output/count.ts";
import { own } from "../output/own-command.ts";
import { renderState } from "../output/states.ts";
import { renderBlock } from "../output/table.ts";
import type { Terminal } from "../output/terminal.ts";
import { type DagReason, explainDag } from "./explain-dag.ts";

type Details = ResponseOf<"getDagDetails">;

const UNFINISHED = new Set([
  "none",
  "scheduled",
  "queued",
  "deferred",
  "up_for_retry",
  "up_for_reschedule",
  "upstream_failed",
]);

/** `airloom dags details`, `why` and `delete`. */
export function addDagFactsCommands(dags: Command, terminal: Terminal): void {
  dags
    .command("details")
    .description("everything a Dag's file says, and how it stands")
    .argument("<dag_id>")
    .option("--json", "as JSON", false)
    .action(async (dagId: string, flags: { json: boolean }) => {
      const { api } = connect(process.cwd());
      const details = await api.getDagDetails({ dag_id: dagId });
      if (flags.json) terminal.json(details);
      else for (const line of renderBlock(factsOf(details))) terminal.print(line);
    });
  addWhy(dags, terminal);
  addDelete(dags, terminal);
}

function factsOf(dag: Details): readonly (readonly [string, string])[] {
  const facts: readonly (readonly [string, string | null | undefined])[] = [
    ["Dag", dag.dag_id],
    ["Description", dag.description],
    ["State", dag.is_paused ? "paused" : "active"],
    ["File", dag.relative_fileloc],
    ["File can be read", dag.has_import_errors ? "no: the last good version is in force" : "yes"],
    [
      "Version",
      dag.latest_dag_version === null ? null : `${dag.latest_dag_version.version_number}`,
    ],
    ["Schedule", dag.timetable_summary ?? "none"],
    ["Time zone", dag.timezone],
    ["Next run", dag.next_dagrun_run_after],
    ["Start date", dag.start_date],
    ["End date", dag.end_date],
    ["Catchup", dag.catchup ? "yes" : "no"],
    ["Active runs", `${dag.active_runs_count} of at most ${dag.max_active_runs ?? "any"}`],
    ["Active tasks", `at most ${dag.max_active_tasks} in a run`],
    ["Run timeout", dag.dag_run_timeout],
    ["Owners", dag.owners.join(", ")],
    ["Tags", dag.tags.map((tag) => tag.name).join(", ")],
    ["Default arguments", dag.default_args === null ? null : JSON.stringify(dag.default_args)],
    ["Params", dag.params === null ? null : JSON.stringify(dag.params)],
    ["Last read", dag.last_parsed_time],
  ];
  return facts.flatMap(([label, value]) =>
    value === null || value === undefined || value === "" || value === "{}"
      ? []
      : [[label, value] as const],
  );
}

function addWhy(dags: Command, terminal: Terminal): void {
  dags
    .command("why")
    .description("why a Dag has no new run, or why a run of it does not go on")
    .argument("<dag_id>")
    .argument("[run_id]", "explain this run's tasks")
    .option("--json", "as JSON", false)
    .action(async (dagId: string, runId: string | undefined, flags: { json: boolean }) => {
      const { api } = connect(process.cwd());
      if (runId !== undefined) {
        await printRunReasons(api, { dagId, runId }, { flags, terminal });
        return;
      }
      const reasons = explainDag(await loadStanding(api, dagId));
      if (flags.json) terminal.json({ dag_id: dagId, reasons });
      else for (const line of renderReasons(dagId, reasons)) terminal.print(line);
    });
}

async function loadStanding(api: ApiClient, dagId: string) {
  const [dag, { dag_runs: runs }, { import_errors: errors }] = await Promise.all([
    api.getDagDetails({ dag_id: dagId }),
    api.listDagRuns({ dag_id: dagId, limit: 1, order_by: ["-run_after"] }),
    api.listImportErrors({ limit: 1_000 }),
  ]);
  return { dag, lastRun: runs[0], errors, now: new Date() };
}

function renderReasons(dagId: string, reasons: readonly DagReason[]): readonly string[] {
  const next = reasons.flatMap(({ command }) => (command === null ? [] : [`  ${own(command)}`]));
  return [
    `${dagId}:`,
    ...reasons.map(({ message }) => `  ${message}`),
    ...(next.length === 0 ? [] : ["Next:", ...new Set(next)]),
  ];
}

async function printRunReasons(
  api: ApiClient,
  { dagId, runId }: { readonly dagId: string; readonly runId: string },
  { flags, terminal }: { readonly flags: { json: boolean }; readonly terminal: Terminal },
): Promise<void> {
  const key = { dag_id: dagId, dag_run_id: runId };
  const run = await api.getDagRun(key);
  const { task_instances: instances } = await api.listTaskInstances({ ...key, limit: 1_000 });
  const waiting = instances.filter(({ state }) => UNFINISHED.has(state ?? "none"));
  const explained = await Promise.all(
    waiting.map(async (instance) => ({
      task_id: instance.task_id,
      map_index: instance.map_index,
      state: instance.state,
      reasons: (
        await api.explainTaskInstance({
          ...key,
          task_id: instance.task_id,
          map_index: instance.map_index,
        })
      ).reasons,
    })),
  );
  if (flags.json) {
    terminal.json({ ...key, state: run.state, tasks: explained });
    return;
  }
  terminal.print(`${dagId} ${runId}: ${renderState(run.state, terminal)}`);
  if (explained.length === 0) terminal.print("  No task of it waits for anything");
  for (const { task_id: taskId, state, reasons } of explained) {
    terminal.print(`  ${taskId}  ${renderState(state, terminal)}`);
    for (const { message } of reasons) terminal.print(`    ${message}`);
  }
}

function addDelete(dags: Command, terminal: Terminal): void {
  asksFirst(dags.command("delete"), terminal)
    .description("delete a Dag's runs, logs and history; asks first")
    .argument("<dag_id>")
    .option("--json", "what was deleted as JSON", false)
    .action(async (dagId: string, flags: { yes: boolean; json: boolean }) => {
      const { api } = connect(process.cwd());
      const [dag, { total_entries: count }] = await Promise.all([
        api.getDag({ dag_id: dagId }),
        api.listDagRuns({ dag_id: dagId, limit: 1 }),
      ]);
      const runs = renderCount(count, "run");
      const question = `Delete ${dagId} with ${runs} and everything they left?`;
      if (!flags.yes && !(await confirm(question, terminal))) {
        terminal.say("Nothing was deleted");
        return;
      }
      await api.deleteDag({ dag_id: dagId });
      if (flags.json) terminal.json({ dag_id: dagId, runs: count });
      else terminal.print(`Deleted ${dagId} with ${runs}`);
      terminal.say(
        `Its file ${dag.relative_fileloc ?? ""} is still there: when it is read again, the Dag begins anew`,
      );
    });
}
