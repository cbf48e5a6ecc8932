import type { Value } from "@airloom/jinja";
import type { Session } from "../adapter/duckdb.ts";
import { wrapStatements } from "../adapter/wrap-statements.ts";
import type { Exposure, ManifestNode } from "../artifacts/manifest.ts";
import type { RunResult } from "../artifacts/run-results.ts";
import { NodeContext } from "../context/node-context.ts";
import { DbtError } from "../error.ts";
import type { ParsedNode } from "../parse/parse-state.ts";
import { hooksOf } from "../project/config-tree.ts";
import { toValue } from "../template/values.ts";
import { type CompileTools, compileNode } from "./compile-node.ts";
import type { CompiledNode } from "./compiled-node.ts";
import { renderErrorPlace } from "./error-place.ts";
import { executeNode } from "./execute-node.ts";
import { reportFailure } from "./node-failure.ts";
import type { NodeOutcome, NodeRun } from "./node-run.ts";
import { commentSession, createQueryComment } from "./query-comment.ts";
import { createRunAccess, relationOf } from "./run-access.ts";
import type { RunContext } from "./run-context.ts";
import { createClock } from "./timing.ts";

/** A session that tells the log about its statements and remembers the last one. */
interface WatchedSession {
  readonly session: Session;
  lastStatement: string | undefined;
}

async function watch(
  run: RunContext,
  plain: Session,
  node: ManifestNode,
  thread: string,
): Promise<WatchedSession> {
  const watched: { lastStatement: string | undefined } = { lastStatement: undefined };
  const access = createRunAccess({ ...run, node, session: plain });
  const context = new NodeContext(run.project.workspace, access);
  const comment = await createQueryComment(context, node);
  const session = wrapStatements(commentSession(plain, comment), (sql, send) => {
    watched.lastStatement = sql;
    run.reporter.debug(`On ${node.unique_id}: ${comment.add(sql)}`, thread);
    return send(sql);
  });
  return Object.assign(watched, { session });
}

function extraNames(node: ManifestNode, code: string): ReadonlyMap<string, Value> {
  const names = new Map<string, Value>([
    ["sql", code],
    ["compiled_code", code],
  ]);
  for (const [name, key] of [
    ["pre_hooks", "pre-hook"],
    ["post_hooks", "post-hook"],
  ] as const) {
    names.set(
      name,
      hooksOf(node.config, key).map((hook) => toValue({ ...hook })),
    );
  }
  return names;
}

async function execute(
  run: RunContext,
  parsed: ParsedNode,
  watched: WatchedSession,
  compiled: CompiledNode | undefined,
): Promise<NodeOutcome> {
  const { node } = parsed;
  const code = compiled?.code ?? "";
  const access = createRunAccess({
    project: run.project,
    node,
    session: watched.session,
    relations: run.relations,
    selected: run.selected,
    extra: extraNames(node, code),
    compiledCode: code,
  });
  const executed: string[] = [];
  const nodeRun: NodeRun = {
    node,
    context: new NodeContext(run.project.workspace, access),
    session: watched.session,
    relations: run.relations,
    relation: relationOf(run.project.workspace, node),
    compiledCode: code,
    projectRoot: run.project.workspace.packages.get(node.package_name)?.root ?? ".",
    execute: async (sql) => {
      executed.push(sql);
      await watched.session.run(sql);
    },
  };
  try {
    return await executeNode(nodeRun);
  } finally {
    const sql = executed.length === 0 ? watched.lastStatement : executed.join("\n\n");
    if (node.build_path !== null && sql !== undefined) run.write(node.build_path, `${sql}\n`);
  }
}

function baseResult(id: string, thread: string): Omit<RunResult, "status"> {
  return {
    timing: [],
    thread_id: thread,
    execution_time: 0,
    adapter_response: {},
    message: null,
    failures: null,
    unique_id: id,
    compiled: null,
    compiled_code: null,
    relation_name: null,
    batch_results: null,
  };
}

/** The result of a node that may not run because of another. */
export function skippedResult(
  node: ManifestNode | Exposure,
  thread: string,
  message: string | null,
): RunResult {
  const relation = node.resource_type === "exposure" ? null : node.relation_name;
  return {
    ...baseResult(node.unique_id, thread),
    status: "skipped",
    message,
    compiled: false,
    relation_name: relation,
  };
}

/** The result of something that has nothing to do. */
export function noOpResult(node: Exposure, thread: string): RunResult {
  return { ...baseResult(node.unique_id, thread), status: "no-op", message: "NO-OP", failures: 0 };
}

/** Compiles and runs one node on a session; a failure is a result, too. */
export async function runOne(
  run: RunContext,
  parsed: ParsedNode,
  session: Session,
  thread: string,
): Promise<RunResult> {
  const { node } = parsed;
  const startedMs = performance.now();
  const clock = createClock(run.now);
  const watched = await watch(run, session, node, thread);
  const tools: CompileTools = { ...run, session: watched.session };
  let compiled: CompiledNode | undefined;
  const finish = (outcome: NodeOutcome): RunResult => ({
    ...baseResult(node.unique_id, thread),
    status: outcome.status,
    timing: clock.timing,
    execution_time: (performance.now() - startedMs) / 1000,
    adapter_response: outcome.response,
    message: outcome.message,
    failures: outcome.failures,
    compiled: node.resource_type === "seed" ? null : compiled !== undefined,
    compiled_code: compiled?.code ?? null,
    relation_name: node.resource_type === "seed" ? null : node.relation_name,
  });
  try {
    await clock.measure("compile", async () => {
      if (node.resource_type !== "seed") compiled = await compileNode(tools, parsed);
    });
    return finish(
      await clock.measure("execute", async () => execute(run, parsed, watched, compiled)),
    );
  } catch (error) {
    await session.rollback();
    const stopped = run.signal.aborted
      ? new DbtError("Runtime", "The process was interrupted", { cause: error })
      : error;
    const failure = { node, compiled, statement: watched.lastStatement };
    const { message, place } = reportFailure(failure, stopped);
    const response = { error_place: renderErrorPlace(place) };
    return finish({ status: "error", message, failures: null, response });
  }
}
