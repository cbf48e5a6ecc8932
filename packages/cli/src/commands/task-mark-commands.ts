import { type Command, Option } from "commander";
import { connect } from "../environment/connect.ts";
import { asksFirst, confirm } from "../output/confirm.ts";
import { renderCount } from "../output/count.ts";
import { renderState } from "../output/states.ts";
import { renderTable } from "../output/table.ts";
import type { Terminal } from "../output/terminal.ts";
import { integerBetween } from "./option-parsers.ts";

const MARKS = ["success", "failed", "skipped"] as const;
type Mark = (typeof MARKS)[number];

interface MarkFlags {
  readonly run: string;
  readonly state: Mark;
  readonly mapIndex?: number;
  readonly upstream: boolean;
  readonly downstream: boolean;
  readonly future: boolean;
  readonly past: boolean;
  readonly note?: string;
  readonly yes: boolean;
  readonly json: boolean;
}

/** `airloom tasks mark` and `why`. */
export function addTaskMarkCommands(tasks: Command, terminal: Terminal): void {
  addMark(tasks, terminal);
  tasks
    .command("why")
    .description("why a task has not run, or does not run now")
    .argument("<dag_id>")
    .argument("<run_id>")
    .argument("<task_id>")
    .option("--map-index <n>", "of a mapped task", integerBetween(0, 100_000))
    .option("--json", "as JSON", false)
    .action(
      async (
        dagId: string,
        runId: string,
        taskId: string,
        flags: { mapIndex?: number; json: boolean },
      ) => {
        const { api } = connect(process.cwd());
        const explanation = await api.explainTaskInstance({
          dag_id: dagId,
          dag_run_id: runId,
          task_id: taskId,
          ...(flags.mapIndex === undefined ? {} : { map_index: flags.mapIndex }),
        });
        if (flags.json) {
          terminal.json(explanation);
          return;
        }
        terminal.print(`${taskId}: ${renderState(explanation.state, terminal)}`);
        if (explanation.reasons.length === 0) terminal.print("  Nothing holds it back");
        for (const { message } of explanation.reasons) terminal.print(`  ${message}`);
      },
    );
}

function addMark(tasks: Command, terminal: Terminal): void {
  asksFirst(tasks.command("mark"), terminal)
    .description("set the state of a task; shows what is affected, and asks")
    .argument("<dag_id>")
    .argument("<task_id>")
    .requiredOption("-r, --run <id>", "the run")
    .addOption(
      new Option("-s, --state <state>", "what it becomes").choices(MARKS).makeOptionMandatory(),
    )
    .option("--map-index <n>", "one of a mapped task", integerBetween(0, 100_000))
    .option("-d, --downstream", "and everything after it", false)
    .option("-u, --upstream", "and everything before it", false)
    .option("--future", "and the same task in every later run", false)
    .option("--past", "and the same task in every earlier run", false)
    .option("--note <text>", "why, for people")
    .option("--json", "what was marked as JSON", false)
    .action(async (dagId: string, taskId: string, flags: MarkFlags) => {
      const { api } = connect(process.cwd());
      const request = {
        dag_id: dagId,
        dag_run_id: flags.run,
        task_id: taskId,
        ...(flags.mapIndex === undefined ? {} : { map_index: flags.mapIndex }),
        body: markBody(flags),
      };
      const { task_instances: affected } = await api.dryRunTaskInstance(request);
      if (affected.length === 0) {
        if (flags.json) terminal.json([]);
        else terminal.say(`Nothing to mark: ${taskId} of ${flags.run} is ${flags.state} already`);
        return;
      }
      const count = renderCount(affected.length, "task instance");
      if (!flags.json) {
        const rows = affected.map((found) => [
          found.task_id,
          found.dag_run_id,
          renderState(found.state, terminal),
        ]);
        for (const line of renderTable(["TASK", "RUN", "NOW"], rows)) terminal.print(line);
      }
      if (!flags.yes && !(await confirm(`Mark ${count} as ${flags.state}?`, terminal))) {
        terminal.say("Nothing was marked");
        return;
      }
      const { task_instances: marked } = await api.patchTaskInstance(request);
      if (flags.json) terminal.json(marked);
      else terminal.print(`Marked ${count} as ${flags.state}`);
    });
}

function markBody(flags: MarkFlags) {
  return {
    new_state: flags.state,
    include_downstream: flags.downstream,
    include_upstream: flags.upstream,
    include_future: flags.future,
    include_past: flags.past,
    ...(flags.note === undefined ? {} : { note: flags.note }),
  };
}
