import type { Session } from "../adapter/duckdb.ts";
import type { ResourceType } from "../artifacts/manifest.ts";
import type { RunResult } from "../artifacts/run-results.ts";
import { DbtError } from "../error.ts";
import type { ParsedNode } from "../parse/parse-state.ts";
import { compileNode } from "../run/compile-node.ts";
import type { CompiledNode } from "../run/compiled-node.ts";
import { isEphemeral } from "../run/is-ephemeral.ts";
import { reportFailure } from "../run/node-failure.ts";
import type { RunContext } from "../run/run-context.ts";
import { createClock } from "../run/timing.ts";

/** What `dbt compile` and `dbt docs generate` look at. */
export const COMPILED_TYPES: readonly ResourceType[] = [
  "model",
  "analysis",
  "test",
  "snapshot",
  "seed",
  "operation",
];

/** Hears of every node that was compiled. */
export type OnCompiled = (parsed: ParsedNode, compiled: CompiledNode) => void;

async function compileOne(
  run: RunContext,
  session: Session,
  parsed: ParsedNode,
  onCompiled: OnCompiled,
): Promise<RunResult> {
  const { node } = parsed;
  const clock = createClock(run.now);
  const startedMs = performance.now();
  let compiled: CompiledNode | undefined;
  await clock.measure("compile", async () => {
    if (node.resource_type !== "seed") compiled = await compileNode({ ...run, session }, parsed);
  });
  await clock.measure("execute", async () => {
    if (compiled !== undefined) onCompiled(parsed, compiled);
  });
  return {
    status: "success",
    timing: clock.timing,
    thread_id: "Thread-1 (worker)",
    execution_time: (performance.now() - startedMs) / 1000,
    adapter_response: {},
    message: null,
    failures: null,
    unique_id: node.unique_id,
    compiled: node.resource_type === "seed" ? null : true,
    compiled_code: compiled?.code ?? null,
    relation_name: node.resource_type === "seed" ? null : node.relation_name,
    batch_results: null,
  };
}

/** Compiles the chosen nodes; the first that cannot be compiled ends it. */
export async function compileChosen(
  run: RunContext,
  session: Session,
  ids: ReadonlySet<string>,
  onCompiled: OnCompiled = () => undefined,
): Promise<readonly RunResult[]> {
  const results: RunResult[] = [];
  for (const id of [...ids].toSorted()) {
    const parsed = run.project.nodes.get(id);
    if (parsed === undefined) continue;
    try {
      const result = await compileOne(run, session, parsed, onCompiled);
      if (!isEphemeral(parsed.node)) results.push(result);
    } catch (error) {
      const failure = { node: parsed.node, compiled: undefined, statement: undefined };
      const { message } = reportFailure(failure, error);
      throw new DbtError("Compilation", message, { cause: error });
    }
  }
  return results;
}
