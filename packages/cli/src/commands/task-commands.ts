import type { Command } from "commander";
import { connect } from "../environment/connect.ts";
import { asksFirst, confirm } from "../output/confirm.ts";
import { renderCount } from "../output/count.ts";
import { renderState } from "../output/states.ts";
import { renderTable } from "../output/table.ts";
import type { Terminal } from "../output/terminal.ts";
import { integerBetween } from "./option-parsers.ts";
import { addTaskMarkCommands } from "./task-mark-commands.ts";

interface ClearFlags {
  readonly run: string;
  readonly upstream: boolean;
  readonly downstream: boolean;
  readonly future: boolean;
  readonly past: boolean;
  readonly onlyFailed: boolean;
  readonly latest: boolean;
  readonly yes: boolean;
  readonly json: boolean;
}

/** `airloom tasks …`: list, clear, mark and explain tasks, and read their logs. */
export function addTaskCommands(tasks: Command, terminal: Terminal): void {
  addList(tasks, terminal);
  addClear(tasks, terminal);
  addLogs(tasks, terminal);
  addTaskMarkCommands(tasks, terminal);
}

function addList(tasks: Command, terminal: Terminal): void {
  tasks
    .command("list")
    .description("tasks of a Dag")
    .argument("<dag_id>")
    .option("--json", "as JSON", false)
    .action(async (dagId: string, flags: { json: boolean }) => {
      const { api } = connect(process.cwd());
      const { tasks: found } = await api.listTasks({ dag_id: dagId });
      if (flags.json) {
        terminal.json(found);
        return;
      }
      const rows = found.map((task) => [
        task.task_id ?? "",
        task.operator_name ?? "",
        task.trigger_rule ?? "",
        (task.downstream_task_ids ?? []).join(", "),
      ]);
      for (const line of renderTable(["TASK", "OPERATOR", "TRIGGER RULE", "THEN"], rows))
        terminal.print(line);
    });
}

function addClear(tasks: Command, terminal: Terminal): void {
  asksFirst(tasks.command("clear"), terminal)
    .description("run tasks of a run again; shows what is affected and asks first")
    .argument("<dag_id>")
    .argument("[task_ids...]", "the tasks; all of the run when left out")
    .requiredOption("-r, --run <id>", "the run")
    .option("-d, --downstream", "and everything after them", false)
    .option("-u, --upstream", "and everything before them", false)
    .option("--future", "and the same tasks in every later run", false)
    .option("--past", "and the same tasks in every earlier run", false)
    .option("--only-failed", "only those that failed", false)
    .option("--latest", "in the newest version of the Dag, not that of the run", false)
    .option("--json", "what was cleared as JSON", false)
    .action(async (dagId: string, taskIds: readonly string[], flags: ClearFlags) => {
      const { api } = connect(process.cwd());
      const body = clearBody(taskIds, flags);
      const affected = await api.clearTaskInstances({
        dag_id: dagId,
        body: { ...body, dry_run: true },
      });
      const count = renderCount(affected.task_instances.length, "task instance");
      if (affected.task_instances.length === 0) {
        if (flags.json) terminal.json(affected);
        else terminal.say(`Nothing to clear in ${flags.run}`);
        return;
      }
      if (!flags.json) {
        const rows = affected.task_instances.map((found) => [
          found.task_id,
          renderState(found.state, terminal),
        ]);
        for (const line of renderTable(["TASK", "NOW"], rows)) terminal.print(line);
      }
      if (!flags.yes && !(await confirm(`Clear ${count} of ${flags.run}?`, terminal))) {
        terminal.say("Nothing was cleared");
        return;
      }
      const cleared = await api.clearTaskInstances({
        dag_id: dagId,
        body: { ...body, dry_run: false },
      });
      if (flags.json) terminal.json(cleared);
      else terminal.print(`Cleared ${count} of ${flags.run}`);
    });
}

function clearBody(taskIds: readonly string[], flags: ClearFlags) {
  return {
    dag_run_id: flags.run,
    ...(taskIds.length === 0 ? {} : { task_ids: [...taskIds] }),
    include_downstream: flags.downstream,
    include_upstream: flags.upstream,
    include_future: flags.future,
    include_past: flags.past,
    only_failed: flags.onlyFailed,
    run_on_latest_version: flags.latest,
  };
}

function addLogs(tasks: Command, terminal: Terminal): void {
  tasks
    .command("logs")
    .description("log of a task's try")
    .argument("<dag_id>")
    .argument("<run_id>")
    .argument("<task_id>")
    .option("--try <n>", "which try; the last one when left out", integerBetween(1, 100_000))
    .option("--json", "one JSON object for each line", false)
    .action(
      async (
        dagId: string,
        runId: string,
        taskId: string,
        flags: { try?: number; json: boolean },
      ) => {
        const { api } = connect(process.cwd());
        const key = { dag_id: dagId, dag_run_id: runId, task_id: taskId };
        const tryNumber = flags.try ?? (await api.getTaskInstance(key)).try_number;
        if (tryNumber === 0) terminal.say(`No log yet: "${taskId}" has not run in ${runId}`);
        let token: string | undefined;
        for (;;) {
          const page = await api.getLog({ ...key, try_number: tryNumber, token });
          for (const line of page.content) {
            terminal.print(
              flags.json
                ? JSON.stringify(line)
                : `${line.timestamp} ${line.level.padEnd(7)} ${line.event}`,
            );
          }
          if (page.content.length === 0 || page.continuation_token === null) return;
          token = page.continuation_token;
        }
      },
    );
}
