import { buildManifest } from "../artifacts/build-artifacts.ts";
import type { Exposure, ManifestNode, ResourceType } from "../artifacts/manifest.ts";
import type { RunResult } from "../artifacts/run-results.ts";
import type { ParsedProject } from "../parse/parsed-project.ts";
import { isEphemeral } from "../run/is-ephemeral.ts";
import { commentSession, createQueryComment } from "../run/query-comment.ts";
import type { RunContext } from "../run/run-context.ts";
import { runNodes } from "../run/run-nodes.ts";
import { operationContext } from "../run/run-operations.ts";
import { runProjectHooks } from "../run/run-project-hooks.ts";
import { planRun } from "../run/run-queue.ts";
import { toValue, toValueOf } from "../template/values.ts";
import { chooseNodes } from "./choose-nodes.ts";
import { type CommandOutcome, type Invocation, writeArtifact } from "./invocation.ts";
import { createSchemas, openRun } from "./open-run.ts";
import { reportSummary } from "./run-summary.ts";
import { describeProject, describeRun, renderDuration } from "./statistics.ts";
import { writeRunResults } from "./write-run-results.ts";

/** What a command runs and how. */
export interface RunCommandOptions {
  readonly types: readonly ResourceType[];
  readonly testsBlock: boolean;
  /** Chosen ids, when they do not come from the selection (retry). */
  readonly ids?: ReadonlySet<string>;
}

function reportBefore(invocation: Invocation, project: ParsedProject, count: number): void {
  const { reporter, workspace } = invocation;
  const stats = describeProject(project);
  reporter.info("FoundStats", "W006", `Found ${stats}`, { stat_line: stats });
  reporter.blank();
  if (count === 0) return;
  const { threads, targetName } = workspace.target;
  reporter.info(
    "ConcurrencyLine",
    "Q027",
    `Concurrency: ${threads} threads (target='${targetName}')`,
    {
      num_threads: threads,
      target_name: targetName,
      node_count: count,
    },
  );
  reporter.blank();
}

/** As in dbt, a file without any text is a node, but nothing to run. */
function isEmpty(project: ParsedProject, id: string): boolean {
  const parsed = project.nodes.get(id);
  return parsed?.template !== undefined && parsed.node.raw_code.trim() === "";
}

function findNode(project: ParsedProject, id: string): ManifestNode | Exposure | undefined {
  return project.nodes.get(id)?.node ?? project.exposures.get(id);
}

async function runChosen(
  invocation: Invocation,
  run: RunContext,
  ids: ReadonlySet<string>,
  options: RunCommandOptions,
  results: RunResult[],
): Promise<void> {
  const { project } = run;
  const plain = await run.database.openSession();
  const context = operationContext(run, plain, "master");
  const session = commentSession(plain, await createQueryComment(context));
  try {
    await createSchemas(run, session, ids);
    const started = await runProjectHooks(run, session, "on-run-start");
    results.push(...started);
    const skipsAll =
      run.project.workspace.project.flags["skip_nodes_if_on_run_start_fails"] !== false &&
      started.some(hasFailed);
    const ended: RunResult[] = [];
    const isTest = (id: string): boolean => project.nodes.get(id)?.node.resource_type === "test";
    await runNodes(run, {
      plan: planRun(project.graph, ids, {
        testsBlock: options.testsBlock,
        isTest,
        waitsForTests: (id) => project.nodes.has(id),
      }),
      threads: invocation.workspace.target.threads,
      failFast: invocation.settings.isOn("fail_fast"),
      silent: new Set([...ids].filter((id) => isEphemeral(project.nodes.get(id)?.node))),
      skipsAll,
      onResult: (result) => {
        ended.push(result);
        results.push(result);
      },
    });
    const written = ended.filter((result) => !hasFailed(result));
    const schemas = new Set(
      written.flatMap(({ unique_id: id }) => project.nodes.get(id)?.node.schema ?? []),
    );
    const after = await runProjectHooks(
      run,
      session,
      "on-run-end",
      new Map([
        [
          "results",
          ended.map((result) =>
            toValueOf({ ...result, node: findNode(project, result.unique_id) ?? null }),
          ),
        ],
        ["schemas", toValue([...schemas])],
        [
          "database_schemas",
          [...schemas].map((schema) => toValue([invocation.workspace.target.database, schema])),
        ],
      ]),
    );
    results.push(...after);
  } finally {
    session.close();
  }
}

/** Runs the chosen nodes, tells about them and writes the artifacts, whatever happens on the way. */
export async function runCommand(
  invocation: Invocation,
  options: RunCommandOptions,
): Promise<CommandOutcome> {
  const { reporter } = invocation;
  const project = invocation.parse();
  const chosen = options.ids ?? chooseNodes(invocation, project, options.types);
  const ids = new Set([...chosen].filter((id) => !isEmpty(project, id)));
  // As dbt does, before the first node starts: whoever watches the run learns its nodes' ids from here.
  writeArtifact(invocation, "manifest.json", buildManifest(project, new Map(), invocation.now()));
  reportBefore(invocation, project, ids.size);
  if (ids.size === 0) {
    reporter.log(
      "warn",
      "NothingToDo",
      "Q035",
      "Nothing to do. Try checking your model configs and model specification args",
    );
    writeRunResults(invocation, [], 0);
    return { success: true };
  }
  const startedMs = performance.now();
  const run = await openRun(invocation, project, ids);
  const results: RunResult[] = [];
  try {
    await runChosen(invocation, run, ids, options, results);
  } finally {
    const seconds = (performance.now() - startedMs) / 1000;
    run.database.close();
    writeArtifact(
      invocation,
      "manifest.json",
      buildManifest(project, run.compiled, invocation.now()),
    );
    writeRunResults(invocation, results, seconds);
    reportAfter(invocation, run, results, seconds);
  }
  return { success: !invocation.signal.aborted && !results.some(hasFailed) };
}

function hasFailed(result: RunResult): boolean {
  return result.status === "error" || result.status === "fail" || result.status === "skipped";
}

function reportAfter(
  invocation: Invocation,
  run: RunContext,
  results: readonly RunResult[],
  seconds: number,
): void {
  const { reporter } = invocation;
  const find = (id: string): ManifestNode | Exposure | undefined => findNode(run.project, id);
  const nodes = results.flatMap((result) => find(result.unique_id) ?? []);
  const statLine = describeRun(nodes);
  const execution = renderDuration(seconds);
  reporter.blank();
  reporter.info(
    "FinishedRunningStats",
    "E047",
    `Finished running ${statLine}${execution} (${seconds.toFixed(2)}s).`,
    {
      stat_line: statLine,
      execution,
      execution_time: seconds,
    },
  );
  reportSummary({
    reporter,
    results,
    compiled: run.compiled,
    findNode: find,
    isInterrupted: invocation.signal.aborted,
  });
}
