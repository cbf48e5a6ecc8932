import type { Value } from "@airloom/jinja";
import type { Session } from "../adapter/duckdb.ts";
import type { Relation } from "../adapter/relation.ts";
import type { RelationCache } from "../adapter/relation-cache.ts";
import type { ManifestNode } from "../artifacts/manifest.ts";
import type { RunStatus } from "../artifacts/run-results.ts";
import type { NodeContext } from "../context/node-context.ts";
import { DbtError } from "../error.ts";
import { type JsonObject, objectOf } from "../json.ts";
import { hooksOf } from "../project/config-tree.ts";
import { templateFailure } from "../template/render-yaml.ts";
import { renderText } from "../template/values.ts";
import type { HookFile } from "./locate-hook.ts";
import { runHook } from "./run-hook.ts";

/** One node on its way through the database. */
export interface NodeRun {
  readonly node: ManifestNode;
  readonly context: NodeContext;
  readonly session: Session;
  readonly relations: RelationCache;
  readonly relation: Relation;
  readonly compiledCode: string;
  /** Root of the node's project on disk: where its seed is. */
  readonly projectRoot: string;
  /** Runs a statement that builds the node: it ends up in the target folder. */
  execute(sql: string): Promise<void>;
}

/** How a node ended, for its result and its line on the console. */
export interface NodeOutcome {
  readonly status: RunStatus;
  readonly message: string | null;
  readonly failures: number | null;
  readonly response: JsonObject;
}

/** The outcome of a statement that only says OK. */
export const SUCCESS: NodeOutcome = {
  status: "success",
  message: "OK",
  failures: null,
  response: { _message: "OK" },
};

/** Calls a macro that writes SQL. */
export async function macroText(
  run: NodeRun,
  name: string,
  args: readonly Value[],
): Promise<string> {
  try {
    return renderText(await run.context.call(name, args));
  } catch (error) {
    throw templateFailure(error);
  }
}

/** Files in which a hook of a node may be written, the nearest first. */
function hookFiles(run: NodeRun): readonly [HookFile, ...HookFile[]] {
  const { original_file_path: file, patch_path: patch } = run.node;
  const root = run.projectRoot;
  const properties = patch === null ? [] : [{ root, file: patch.replace(/^.*?:\/\//u, "") }];
  const projects = new Set([root, run.context.workspace.project.root]);
  return [
    { root, file },
    ...properties,
    ...[...projects].map((folder) => ({ root: folder, file: "dbt_project.yml" })),
  ];
}

/** Runs those hooks of a node that stand inside or outside of its transaction. */
async function runHooks(
  run: NodeRun,
  key: "pre-hook" | "post-hook",
  where: "inside" | "outside",
): Promise<void> {
  const { context, session } = run;
  for (const { sql, transaction } of hooksOf(run.node.config, key)) {
    if (transaction !== (where === "inside")) continue;
    await runHook({ key, raw: sql, context, session, files: hookFiles(run) });
  }
}

/** Runs a node's statements between its hooks, in one transaction. */
export async function inTransaction(run: NodeRun, build: () => Promise<void>): Promise<void> {
  try {
    await runHooks(run, "pre-hook", "outside");
    await run.session.begin();
    await runHooks(run, "pre-hook", "inside");
    await build();
    await runHooks(run, "post-hook", "inside");
    await run.session.commit();
    await runHooks(run, "post-hook", "outside");
  } catch (error) {
    await run.session.rollback();
    throw templateFailure(error);
  }
}

/** Refuses a value of a config that the engine does not know. */
export function badConfig(
  node: ManifestNode,
  key: string,
  value: string,
  expected: readonly string[],
): DbtError {
  return new DbtError(
    "Compilation",
    `Invalid ${key} "${value}" of ${node.unique_id}: expected one of ${expected.join(", ")}`,
    { place: { file: node.original_file_path } },
  );
}

/** `persist_docs` of a node. */
export function persistDocs(node: ManifestNode): {
  readonly relation: boolean;
  readonly columns: boolean;
} {
  const config = objectOf(node.config["persist_docs"]);
  return { relation: config["relation"] === true, columns: config["columns"] === true };
}
