import { PyDict } from "@airloom/jinja";
import { parseYamlOption } from "../cli/parse-arguments.ts";
import { DbtError } from "../error.ts";
import { reportFailure } from "../run/node-failure.ts";
import { operationContext, operationNode } from "../run/run-operations.ts";
import { templateFailure } from "../template/render-yaml.ts";
import { renderText, toValue } from "../template/values.ts";
import { renderHint } from "../text/did-you-mean.ts";
import type { CommandOutcome, Invocation } from "./invocation.ts";
import { openRun } from "./open-run.ts";

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
  if (registry.resolveId(name, root.name) === undefined) {
    const known = registry.names(root.name);
    throw new DbtError(
      "Compilation",
      `dbt could not find a macro with the name '${name}' in any package${renderHint(name, known)}`,
    );
  }
  const run = await openRun(invocation, project);
  const session = await run.database.openSession();
  try {
    const context = operationContext(run, session, name);
    const [left = "", right] = name.split(".", 2);
    if (right === undefined) await context.call(left, [], kwargs);
    else {
      const entry = registry.find(left, right);
      if (entry === undefined) throw context.undefinedMacro(name);
      await context.bind(entry).call([], kwargs);
    }
    await session.commit();
    return { success: true };
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
    return { success: false };
  } finally {
    session.close();
    run.database.close();
  }
}
