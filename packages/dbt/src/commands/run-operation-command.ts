import { PyDict } from "@airloom/jinja";
import { buildManifest } from "../artifacts/build-artifacts.ts";
import type { RunResult } from "../artifacts/run-results.ts";
import { parseYamlOption } from "../cli/parse-arguments.ts";
import { DbtError } from "../error.ts";
import { reportFailure } from "../run/node-failure.ts";
import { operationContext, operationNode } from "../run/run-operations.ts";
import { createClock } from "../run/timing.ts";
import { templateFailure } from "../template/render-yaml.ts";
import { renderText, toValue } from "../template/values.ts";
import { renderHint } from "../text/did-you-mean.ts";
import { type CommandOutcome, type Invocation, writeArtifact } from "./invocation.ts";
import { openRun } from "./open-run.ts";
import { writeRunResults } from "./write-run-results.ts";

function describeOperation(
  id: string,
  message: string | null,
  { timing, seconds }: { readonly timing: RunResult["timing"]; readonly seconds: number },
): RunResult {
  return {
    status: message === null ? "success" : "error",
    timing,
    thread_id: "MainThread",
    execution_time: seconds,
    adapter_response: {},
    message,
    failures: message === null ? 0 : 1,
    unique_id: id,
    compiled: null,
    compiled_code: null,
    relation_name: null,
    batch_results: null,
  };
}

/** `dbt run-operation`: calls one macro. */
export async function runOperationCommand(invocation: Invocation): Promise<CommandOutcome> {
  const { settings, reporter, workspace } = invocation;
  const [name] = settings.line.positional;
  if (name === undefined)
    throw new DbtError(
      "Usage",
      "Missing argument 'MACRO' of run-operation: expected the name of a macro",
    );
  const project = invocation.parse();
  const args = toValue(parseYamlOption("--args", settings.line.options["args"]));
  const kwargs =
    args instanceof PyDict
      ? new Map([...args.entries()].map(([key, value]) => [renderText(key), value]))
      : new Map();
  const { registry, project: root } = workspace;
  const resolved = registry.resolveId(name, root.name);
  if (resolved === undefined) {
    const known = registry.names(root.name);
    throw new DbtError(
      "Compilation",
      `dbt could not find a macro with the name '${name}' in any package${renderHint(name, known)}`,
    );
  }
  const startedMs = performance.now();
  const run = await openRun(invocation, project);
  const clock = createClock(run.now);
  const finish = (message: string | null): CommandOutcome => {
    const seconds = (performance.now() - startedMs) / 1_000;
    const result = describeOperation(resolved, message, { timing: clock.timing, seconds });
    writeArtifact(invocation, "manifest.json", buildManifest(project, run.compiled, run.now()));
    writeRunResults(invocation, [result], seconds);
    return { success: message === null };
  };
  const session = await run.database.openSession();
  try {
    const context = operationContext(run, session, name);
    const [left = "", right] = name.split(".", 2);
    await clock.measure("execute", async () => {
      if (right === undefined) await context.call(left, [], kwargs);
      else {
        const entry = registry.find(left, right);
        if (entry === undefined) throw context.undefinedMacro(name);
        await context.bind(entry).call([], kwargs);
      }
      await session.commit();
    });
    return finish(null);
  } catch (error) {
    await session.rollback();
    const failure = {
      node: operationNode(run, name),
      compiled: undefined,
      statement: undefined,
    };
    const { message } = reportFailure(failure, templateFailure(error));
    reporter.log(
      "error",
      "RunningOperationCaughtError",
      "Q001",
      `Encountered an error while running operation: ${message}`,
      { exc: message },
    );
    return finish(message);
  } finally {
    session.close();
    run.database.close();
  }
}
