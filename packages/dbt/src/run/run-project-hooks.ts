import type { Value } from "@airloom/jinja";
import type { Session } from "../adapter/duckdb.ts";
import type { ManifestNode } from "../artifacts/manifest.ts";
import type { RunResult } from "../artifacts/run-results.ts";
import { NodeContext } from "../context/node-context.ts";
import { messageOf, renderError } from "../error.ts";
import { paint } from "../events/event.ts";
import { nodeInfo } from "../events/node-info.ts";
import { renderLine } from "../events/node-lines.ts";
import type { ParsedNode } from "../parse/parse-state.ts";
import { createRunAccess } from "./run-access.ts";
import type { RunContext } from "./run-context.ts";
import { runHook } from "./run-hook.ts";
import { createClock } from "./timing.ts";

/** When the hooks of a project run. */
export type HookTime = "on-run-start" | "on-run-end";

function compareTexts(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** The hooks of all packages in dbt's order: the root project's come first. */
function hooksOf(run: RunContext, when: HookTime): readonly ParsedNode[] {
  const root = run.project.workspace.project.name;
  const rank = (name: string): string => (name === root ? "" : name);
  return [...run.project.nodes.values()]
    .filter(({ node }) => node.resource_type === "operation" && node.tags.includes(when))
    .toSorted((a, b) => compareTexts(rank(a.node.package_name), rank(b.node.package_name)));
}

interface HookWork {
  readonly run: RunContext;
  readonly session: Session;
  readonly when: HookTime;
  readonly extra: ReadonlyMap<string, Value>;
}

/** What became of a hook. */
interface HookEnd {
  readonly status: keyof typeof SHOWN;
  readonly message: string;
  readonly timing: RunResult["timing"];
  readonly seconds: number;
  /** As far as it was rendered. */
  readonly sql: string | undefined;
}

const SHOWN = {
  success: ["OK", "green"],
  error: ["ERROR", "red"],
  skipped: ["SKIP", "yellow"],
} as const;

function resultOf(node: ManifestNode, end: HookEnd): RunResult {
  return {
    status: end.status,
    timing: end.timing,
    thread_id: "main",
    execution_time: end.seconds,
    adapter_response: {},
    message: end.message,
    failures: end.status === "success" ? 0 : 1,
    unique_id: node.unique_id,
    compiled: end.sql !== undefined,
    compiled_code: end.sql ?? null,
    relation_name: null,
    batch_results: null,
  };
}

async function runOneHook(work: HookWork, parsed: ParsedNode, name: string): Promise<HookEnd> {
  const { run, session } = work;
  const { node } = parsed;
  const clock = createClock(run.now);
  const startedMs = performance.now();
  let sql: string | undefined;
  const finish = (status: HookEnd["status"], message: string): HookEnd => {
    const seconds = (performance.now() - startedMs) / 1000;
    return { status, message, timing: clock.timing, seconds, sql };
  };
  const access = createRunAccess({ ...run, node, session, extra: work.extra });
  const root = run.project.workspace.packages.get(node.package_name)?.root ?? ".";
  try {
    await clock.measure("execute", async () =>
      runHook({
        key: work.when,
        raw: node.raw_code,
        context: new NodeContext(run.project.workspace, access),
        session,
        files: [{ root, file: "dbt_project.yml" }],
        onRendered: (text) => {
          sql = text;
        },
      }),
    );
    return finish("success", `${name} passed`);
  } catch (error) {
    if (sql === undefined) throw error;
    await session.rollback();
    return finish("error", `${name} failed, error:\n ${renderError(error) || messageOf(error)}`);
  }
}

/** Runs what `on-run-start` or `on-run-end` says; after one that failed the others are skipped. */
export async function runProjectHooks(
  run: RunContext,
  session: Session,
  when: HookTime,
  extra: ReadonlyMap<string, Value> = new Map(),
): Promise<readonly RunResult[]> {
  const hooks = hooksOf(run, when);
  const results: RunResult[] = [];
  let hasFailed = false;
  for (const [at, parsed] of hooks.entries()) {
    const { node } = parsed;
    const index = at + 1;
    const progress = { index, total: hooks.length };
    const name = `${node.package_name}.${when}.${at}`;
    const data = { ...progress, statement: name };
    let end: HookEnd = {
      status: "skipped",
      message: `${name} skipped`,
      timing: [],
      seconds: 0,
      sql: undefined,
    };
    if (!hasFailed) {
      run.reporter.info(
        "LogHookStartLine",
        "Q032",
        renderLine(`START hook: ${name}`, "RUN", { progress }),
        { ...data, node_info: nodeInfo(node, "started") },
      );
      end = await runOneHook({ run, session, when, extra }, parsed, name);
      hasFailed = end.status === "error";
    }
    results.push(resultOf(node, end));
    const { status, seconds } = end;
    const [info, color] = SHOWN[status];
    run.reporter.info(
      "LogHookEndLine",
      "Q033",
      renderLine(`${info} hook: ${name}`, paint(color, info), { progress, seconds }),
      { ...data, status, execution_time: seconds, node_info: nodeInfo(node, status) },
    );
  }
  if (hooks.length > 0) run.reporter.blank();
  return results;
}
