import type { TracedText, Value } from "@airloom/jinja";
import type { Queryable } from "../adapter/duckdb.ts";
import type { RelationCache } from "../adapter/relation-cache.ts";
import type { ManifestNode } from "../artifacts/manifest.ts";
import { NodeContext } from "../context/node-context.ts";
import { DbtError } from "../error.ts";
import type { ParsedNode } from "../parse/parse-state.ts";
import type { ParsedProject } from "../parse/parsed-project.ts";
import { renderTestArgumentsAsync } from "../parse/render-test-arguments.ts";
import { templateFailure } from "../template/render-yaml.ts";
import type { CompiledNode } from "./compiled-node.ts";
import { type InjectedCte, injectCtes, locateInjected, writeCte } from "./inject-ctes.ts";
import { createRunAccess } from "./run-access.ts";

/** What compiling needs besides the node. */
export interface CompileTools {
  readonly project: ParsedProject;
  readonly session: Queryable;
  readonly relations: RelationCache;
  readonly selected: ReadonlySet<string>;
  /** Queries compiled in this run, shared by all nodes: an ephemeral model is compiled once. */
  readonly compiled: Map<string, CompiledNode>;
  readonly write: (path: string, text: string) => void;
}

/** Where the compiled query of a node is written, from the project's root. */
export function compiledPath(project: ParsedProject, node: ManifestNode): string {
  const folder = `${project.workspace.project.targetPath}/compiled/${node.package_name}`;
  if (node.test_metadata !== undefined) return `${folder}/${node.original_file_path}/${node.path}`;
  // A file may hold several snapshots.
  const isAlone = node.resource_type !== "snapshot";
  if (isAlone && node.original_file_path.endsWith(".sql"))
    return `${folder}/${node.original_file_path}`;
  return `${folder}/${node.original_file_path}/${node.path.split("/").at(-1) ?? node.name}`;
}

async function testArguments(
  tools: CompileTools,
  node: ManifestNode,
  context: NodeContext,
): Promise<Map<string, Value>> {
  const extra = new Map<string, Value>();
  if (node.test_metadata === undefined) return extra;
  const { run } = tools.project.workspace.environments;
  const args = node.test_metadata.kwargs;
  extra.set(
    "_dbt_generic_test_kwargs",
    await renderTestArgumentsAsync(run, context, args, node.original_file_path),
  );
  return extra;
}

/** A query without tags, whose lines are those of its file. */
function traceUnchanged({ node, place }: ParsedNode): TracedText {
  const text = node.raw_code;
  return {
    text,
    locate: (offset) => {
      const lines = text.slice(0, offset).split("\n");
      return {
        line: (place.line ?? 1) + lines.length - 1,
        column: (lines.at(-1) ?? "").length + 1,
      };
    },
  };
}

async function renderNode(
  tools: CompileTools,
  parsed: ParsedNode,
  onEphemeral: (id: string) => void,
): Promise<TracedText> {
  const { node, template } = parsed;
  if (template === undefined) throw new DbtError("Internal", `${node.unique_id} has no query`);
  const options = { ...tools, node, onEphemeral };
  try {
    const compiled = template.run();
    if (!compiled.hasTags) return traceUnchanged(parsed);
    const extra = await testArguments(
      tools,
      node,
      new NodeContext(tools.project.workspace, createRunAccess(options)),
    );
    const context = new NodeContext(
      tools.project.workspace,
      createRunAccess({ ...options, extra }),
    );
    return await compiled.renderTraced(context);
  } catch (error) {
    throw withMacroHint(tools, node, templateFailure(error));
  }
}

/** Adds the closest macro name to "'x' is undefined". */
function withMacroHint(tools: CompileTools, node: ManifestNode, error: unknown): unknown {
  if (!(error instanceof DbtError)) return error;
  const name = /^'(?<name>[\w.]+)' is undefined$/u.exec(error.message)?.groups?.["name"];
  if (name === undefined) return error;
  const context = new NodeContext(
    tools.project.workspace,
    createRunAccess({
      project: tools.project,
      node,
      session: tools.session,
      relations: tools.relations,
      selected: tools.selected,
    }),
  );
  const hinted = context.undefinedMacro(name);
  return new DbtError("Compilation", hinted.message, {
    cause: error,
    place: error.place,
    excerpt: error.excerpt,
  });
}

/** Compiles a node's query and those of the ephemeral models in it, and writes them to the target folder. */
export async function compileNode(tools: CompileTools, parsed: ParsedNode): Promise<CompiledNode> {
  const existing = tools.compiled.get(parsed.node.unique_id);
  if (existing !== undefined) return existing;
  const used = new Set<string>();
  const traced = await renderNode(tools, parsed, (id) => used.add(id));
  const ownCode = traced.text;
  const ctes = new Map<string, InjectedCte>();
  for (const id of used) {
    const ephemeral = tools.project.nodes.get(id);
    if (ephemeral === undefined) continue;
    const inner = await compileNode(tools, ephemeral);
    for (const cte of inner.ctes) ctes.set(cte.id, cte);
    ctes.set(id, { id, sql: writeCte(ephemeral.node.alias, inner.ownCode) });
  }
  const list = [...ctes.values()];
  const code = injectCtes(ownCode, list);
  const path = compiledPath(tools.project, parsed.node);
  const compiled: CompiledNode = {
    code,
    ownCode,
    ctes: list,
    path,
    locateOwn: (offset) => ({
      file: parsed.node.original_file_path,
      line: traced.locate(offset).line,
    }),
    locate: (offset) => {
      const found = locateInjected(ownCode, list, offset);
      if (found === undefined) return undefined;
      const owner = found.cte === undefined ? compiled : tools.compiled.get(found.cte);
      return owner?.locateOwn(found.offset);
    },
  };
  tools.compiled.set(parsed.node.unique_id, compiled);
  tools.write(path, code);
  return compiled;
}
