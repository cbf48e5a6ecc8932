import { buildManifest } from "../artifacts/build-artifacts.ts";
import type { ResourceType } from "../artifacts/manifest.ts";
import { DbtError } from "../error.ts";
import { compileNode } from "../run/compile-node.ts";
import { reportFailure } from "../run/node-failure.ts";
import { chooseNodes } from "./choose-nodes.ts";
import { type CommandOutcome, type Invocation, writeArtifact } from "./invocation.ts";
import { openRun } from "./open-run.ts";
import { describeProject } from "./statistics.ts";

const TYPES: readonly ResourceType[] = ["model", "analysis", "test", "snapshot"];

/** `dbt compile`: writes the query of every chosen node without running it. */
export async function compileCommand(invocation: Invocation): Promise<CommandOutcome> {
  const { reporter, settings } = invocation;
  const project = invocation.parse();
  const ids = chooseNodes(invocation, project, TYPES);
  reporter.info("FoundStats", "W006", `Found ${describeProject(project)}`, {
    stat_line: describeProject(project),
  });
  const run = await openRun(invocation, project);
  const session = await run.database.openSession();
  const isAsked = settings.texts("select").length > 0;
  try {
    for (const id of [...ids].toSorted()) {
      const parsed = project.nodes.get(id);
      if (parsed === undefined) continue;
      try {
        const compiled = await compileNode({ ...run, session }, parsed);
        if (isAsked && parsed.node.resource_type !== "test") {
          reporter.info(
            "CompiledNode",
            "Q042",
            `Compiled node '${parsed.node.name}' is:\n${compiled.code}`,
            {
              node_name: parsed.node.name,
              compiled: compiled.code,
            },
          );
        }
      } catch (error) {
        const { message } = reportFailure(
          { node: parsed.node, compiled: undefined, statement: undefined },
          error,
        );
        throw new DbtError("Compilation", message, { cause: error });
      }
    }
  } finally {
    session.close();
    run.database.close();
    writeArtifact(
      invocation,
      "manifest.json",
      buildManifest(project, run.compiled, invocation.now()),
    );
  }
  return { success: true };
}
