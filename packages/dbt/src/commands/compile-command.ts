import { buildManifest } from "../artifacts/build-artifacts.ts";
import type { RunResult } from "../artifacts/run-results.ts";
import { chooseNodes } from "./choose-nodes.ts";
import { COMPILED_TYPES, compileChosen } from "./compile-chosen.ts";
import { type CommandOutcome, type Invocation, writeArtifact } from "./invocation.ts";
import { openRun } from "./open-run.ts";
import { describeProject } from "./statistics.ts";
import { writeRunResults } from "./write-run-results.ts";

/** `dbt compile`: writes the query of every chosen node without running it. */
export async function compileCommand(invocation: Invocation): Promise<CommandOutcome> {
  const { reporter, settings } = invocation;
  const project = invocation.parse();
  const ids = chooseNodes(invocation, project, COMPILED_TYPES);
  reporter.info("FoundStats", "W006", `Found ${describeProject(project)}`, {
    stat_line: describeProject(project),
  });
  const startedMs = performance.now();
  const run = await openRun(invocation, project, ids);
  const session = await run.database.openSession();
  const isAsked = ["select", "models"].some((key) => settings.texts(key).length > 0);
  let results: readonly RunResult[] = [];
  try {
    results = await compileChosen(run, session, ids, ({ node }, { code }) => {
      if (!isAsked || node.resource_type === "test") return;
      const message = `Compiled node '${node.name}' is:\n${code}`;
      reporter.info("CompiledNode", "Q042", message, { node_name: node.name, compiled: code });
    });
  } finally {
    session.close();
    run.database.close();
    const manifest = buildManifest(project, run.compiled, invocation.now());
    writeArtifact(invocation, "manifest.json", manifest);
    writeRunResults(invocation, results, (performance.now() - startedMs) / 1000);
  }
  return { success: true };
}
