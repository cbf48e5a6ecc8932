import type { Value } from "@airloom/jinja";
import type { Session } from "../adapter/duckdb.ts";
import { Relation } from "../adapter/relation.ts";
import { buildManifest, buildMetadata } from "../artifacts/build-artifacts.ts";
import type { SourceDefinition } from "../artifacts/manifest.ts";
import type { RunResult } from "../artifacts/run-results.ts";
import { DbtError, messageOf } from "../error.ts";
import { type Color, paint } from "../events/event.ts";
import { nodeInfo } from "../events/node-info.ts";
import { renderLine } from "../events/node-lines.ts";
import { isJsonObject, type JsonObject, objectOf, renderScalar } from "../json.ts";
import type { RunContext } from "../run/run-context.ts";
import { operationContext } from "../run/run-operations.ts";
import { runProjectHooks } from "../run/run-project-hooks.ts";
import { templateFailure } from "../template/render-yaml.ts";
import { toValueOf } from "../template/values.ts";
import { chooseNodes } from "./choose-nodes.ts";
import { type CommandOutcome, type Invocation, writeArtifact } from "./invocation.ts";
import { openRun } from "./open-run.ts";

type Status = "pass" | "warn" | "error" | "runtime error";

const SECONDS: Readonly<Record<string, number>> = { minute: 60, hour: 3600, day: 86_400 };

function limitSeconds(freshness: JsonObject, key: string): number | undefined {
  const threshold = objectOf(freshness[key]);
  const unit = SECONDS[renderScalar(threshold["period"])];
  const count = Number(threshold["count"]);
  return unit === undefined || threshold["count"] === null || Number.isNaN(count)
    ? undefined
    : count * unit;
}

/** Judges how old the newest row of a source may be. */
export function judgeFreshness(
  freshness: JsonObject,
  ageSeconds: number,
): "pass" | "warn" | "error" {
  const error = limitSeconds(freshness, "error_after");
  if (error !== undefined && ageSeconds > error) return "error";
  const warn = limitSeconds(freshness, "warn_after");
  return warn !== undefined && ageSeconds > warn ? "warn" : "pass";
}

interface Measured {
  readonly maxLoadedAt: string;
  readonly snapshottedAt: string;
  readonly ageSeconds: number;
}

/** The query of a source's newest row: its own, which may be a template, or one of its field. */
async function newestQuery(
  run: RunContext,
  session: Session,
  source: SourceDefinition,
): Promise<string> {
  if (source.loaded_at_query === null && source.loaded_at_field === null) {
    throw new DbtError(
      "Runtime",
      `Could not compute freshness for source ${source.source_name}.${source.name}: expected "loaded_at_field" or "loaded_at_query" beside its freshness`,
      { place: { file: source.original_file_path } },
    );
  }
  if (source.loaded_at_query === null) {
    const filter = objectOf(source.freshness ?? {})["filter"];
    const where = typeof filter === "string" ? ` where ${filter}` : "";
    return `select max(${source.loaded_at_field ?? ""}) from ${source.relation_name}${where}`;
  }
  const { database, schema, identifier } = source;
  const model = toValueOf(source);
  const context = operationContext(
    run,
    session,
    `${source.source_name}.${source.name}`,
    new Map<string, Value>([
      ["this", new Relation({ database, schema, identifier })],
      ["model", model],
      ["source_node", model],
    ]),
  );
  const file = source.original_file_path;
  const { run: environment } = run.project.workspace.environments;
  try {
    return await environment.compile(source.loaded_at_query, { file }).renderAsync(context);
  } catch (error) {
    throw templateFailure(error);
  }
}

async function measure(
  run: RunContext,
  session: Session,
  source: SourceDefinition,
): Promise<Measured> {
  const newest = await newestQuery(run, session, source);
  const { table } = await session.query(
    `select strftime(newest::timestamp, '%Y-%m-%dT%H:%M:%S.%fZ'), strftime(now()::timestamp, '%Y-%m-%dT%H:%M:%S.%fZ'),
       epoch(now()::timestamp) - epoch(newest::timestamp)
     from (\n${newest}\n) as loaded(newest)`,
  );
  const [maxLoadedAt, snapshottedAt, age] = table.rows[0] ?? [];
  if (typeof maxLoadedAt !== "string" || typeof snapshottedAt !== "string") {
    throw new DbtError(
      "Runtime",
      `Source ${source.source_name}.${source.name} has no rows to tell its age from`,
    );
  }
  const seconds =
    typeof age === "object" && age !== null && "value" in age ? Number(age.value) : Number(age);
  return { maxLoadedAt, snapshottedAt, ageSeconds: seconds };
}

const SHOWN: Readonly<Record<Status, readonly [info: string, color: Color]>> = {
  pass: ["PASS", "green"],
  warn: ["WARN", "yellow"],
  error: ["ERROR STALE", "red"],
  "runtime error": ["ERROR", "red"],
};

function hasFreshness(source: SourceDefinition): boolean {
  const { freshness } = source;
  return (
    isJsonObject(freshness) &&
    ["warn_after", "error_after"].some((key) => limitSeconds(freshness, key) !== undefined)
  );
}

interface Checked {
  readonly status: Status;
  readonly error?: string;
  readonly result: object;
}

async function check(
  run: RunContext,
  session: Session,
  source: SourceDefinition,
): Promise<Checked> {
  const startedAt = new Date();
  const criteria = objectOf(source.freshness ?? {});
  const base = { unique_id: source.unique_id };
  try {
    const measured = await measure(run, session, source);
    const status = judgeFreshness(criteria, measured.ageSeconds);
    const completedAt = new Date();
    return {
      status,
      result: {
        ...base,
        max_loaded_at: measured.maxLoadedAt,
        snapshotted_at: measured.snapshottedAt,
        max_loaded_at_time_ago_in_s: measured.ageSeconds,
        status,
        criteria,
        adapter_response: { _message: "OK" },
        timing: [
          {
            name: "execute",
            started_at: startedAt.toISOString(),
            completed_at: completedAt.toISOString(),
          },
        ],
        thread_id: "Thread-1 (worker)",
        execution_time: (completedAt.getTime() - startedAt.getTime()) / 1000,
      },
    };
  } catch (error) {
    const message = messageOf(error);
    return {
      status: "runtime error",
      error: message,
      result: { ...base, error: message, status: "runtime error" },
    };
  }
}

/** `dbt source freshness`: judges how old the newest rows of the sources are. */
export async function freshnessCommand(invocation: Invocation): Promise<CommandOutcome> {
  const [action] = invocation.settings.line.positional;
  if (action !== "freshness" && action !== "snapshot-freshness") {
    throw new DbtError(
      "Usage",
      `No such command 'source ${action ?? ""}': expected "source freshness"`,
    );
  }
  const { reporter } = invocation;
  const project = invocation.parse();
  const ids = chooseNodes(invocation, project, ["source"]);
  const sources = [...ids].flatMap((id) => project.sources.get(id) ?? []).filter(hasFreshness);
  const startedMs = performance.now();
  const run = await openRun(invocation, project, ids);
  const session = await run.database.openSession();
  const checks: Checked[] = [];
  // As in dbt since 1.10, unless the project says otherwise.
  const runsHooks =
    invocation.workspace.project.flags["source_freshness_run_project_hooks"] !== false;
  const hooks: RunResult[] = [];
  try {
    if (runsHooks) hooks.push(...(await runProjectHooks(run, session, "on-run-start")));
    for (const [index, source] of sources.entries()) {
      const progress = { index: index + 1, total: sources.length };
      const name = `${source.source_name}.${source.name}`;
      reporter.info(
        "LogStartLine",
        "Q011",
        renderLine(`START freshness of ${name}`, "RUN", { progress }),
        {
          description: `freshness of ${name}`,
          ...progress,
          node_info: nodeInfo(source, "started"),
        },
      );
      const startedOne = performance.now();
      const checked = await check(run, session, source);
      const seconds = (performance.now() - startedOne) / 1000;
      const [info, color] = SHOWN[checked.status];
      const line = renderLine(`${info} freshness of ${name}`, paint(color, info), {
        progress,
        seconds,
      });
      reporter.info("LogFreshnessResult", "Q018", line, {
        status: checked.status,
        source_name: source.source_name,
        table_name: source.name,
        execution_time: seconds,
        ...progress,
        node_info: nodeInfo(source, checked.status),
      });
      if (checked.error !== undefined) {
        reporter.log("error", "RunResultError", "Z024", `  ${checked.error}`, {
          msg: checked.error,
        });
      }
      checks.push(checked);
    }
    const nodes = checks.map(({ result }, at) => toValueOf({ ...result, node: sources[at] }));
    const extra = new Map([["results", nodes]]);
    if (runsHooks) hooks.push(...(await runProjectHooks(run, session, "on-run-end", extra)));
  } finally {
    session.close();
    run.database.close();
  }
  const manifest = buildManifest(project, run.compiled, invocation.now());
  writeArtifact(invocation, "manifest.json", manifest);
  writeArtifact(invocation, "sources.json", {
    metadata: buildMetadata(invocation.workspace, "sources/v3", invocation.now()),
    results: checks.map(({ result }) => result),
    elapsed_time: (performance.now() - startedMs) / 1000,
  });
  reporter.info("FreshnessCheckComplete", "Q020", "Done.", {});
  const areFresh = checks.every(({ status }) => status === "pass" || status === "warn");
  return { success: areFresh && hooks.every(({ status }) => status === "success") };
}
