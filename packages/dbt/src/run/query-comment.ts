import { dumpJson, NO_KWARGS, type Value } from "@airloom/jinja";
import type { Session } from "../adapter/duckdb.ts";
import { wrapStatements } from "../adapter/wrap-statements.ts";
import type { ManifestNode } from "../artifacts/manifest.ts";
import type { NodeContext } from "../context/node-context.ts";
import { recordObject } from "../context/record-object.ts";
import { DbtError } from "../error.ts";
import { COMPATIBLE_DBT_VERSION } from "../project/version.ts";
import { templateFailure } from "../template/render-yaml.ts";
import { renderText, toValueOf } from "../template/values.ts";
import { renumberPointer } from "./renumber-pointer.ts";

/** Puts the comment of a connection into a statement. */
export interface QueryComment {
  add(sql: string): string;
  /** Lines by which a statement has moved down. */
  readonly linesBefore: number;
}

const NO_COMMENT: QueryComment = { add: (sql) => sql, linesBefore: 0 };

/** What dbt writes when a project says nothing: who runs it, where, and for which node. */
function defaultComment(context: NodeContext, node: ManifestNode | undefined): string {
  const { profileName, targetName } = context.workspace.target;
  const who = {
    app: "dbt",
    dbt_version: COMPATIBLE_DBT_VERSION,
    profile_name: profileName,
    target_name: targetName,
  };
  const what = node === undefined ? { connection_name: "master" } : { node_id: node.unique_id };
  return dumpJson(toValueOf({ ...who, ...what }), { indent: undefined, sortKeys: false });
}

/** The node in a comment's template: what it does not have is an empty text. */
function commentNode(node: ManifestNode | undefined): Value {
  if (node === undefined) return null;
  const fields = new Map<string, object | string | number | boolean | null>(Object.entries(node));
  return recordObject("node", (name) => {
    const value = fields.get(name);
    return value === undefined ? "" : renderedField(value);
  });
}

function renderedField(value: object | string | number | boolean | null): Value {
  return typeof value === "object" && value !== null ? toValueOf(value) : value;
}

async function renderComment(
  context: NodeContext,
  template: string,
  node: ManifestNode | undefined,
): Promise<string> {
  const file = "dbt_project.yml";
  // As in dbt, a macro around it: `return()` may end it.
  const source = `{%- macro query_comment_macro(connection_name, node) -%}${template}{% endmacro %}`;
  try {
    const compiled = context.workspace.environments.run.compile(source, { file });
    const macro = compiled.macros(context, { mode: "async" }).get("query_comment_macro");
    const name = node?.unique_id ?? "master";
    return renderText((await macro?.call([name, commentNode(node)], NO_KWARGS)) ?? null);
  } catch (error) {
    throw templateFailure(error);
  }
}

/** The comment of a node's statements, or of those that belong to no node. */
export async function createQueryComment(
  context: NodeContext,
  node?: ManifestNode,
): Promise<QueryComment> {
  const { template, isAppended } = context.workspace.project.queryComment;
  const rendered =
    template === undefined
      ? defaultComment(context, node)
      : await renderComment(context, template, node);
  const text = rendered.trim();
  if (text === "") return NO_COMMENT;
  if (text.includes("*/")) {
    throw new DbtError("Runtime", `query comment contains illegal value "*/": ${text}`, {
      place: { file: "dbt_project.yml" },
    });
  }
  const comment = `/* ${text} */`;
  if (!isAppended) {
    return { add: (sql) => `${comment}\n${sql}`, linesBefore: comment.split("\n").length };
  }
  return {
    add: (sql) => {
      const bare = sql.trimEnd();
      return bare.endsWith(";") ? `${bare.slice(0, -1)}\n${comment};` : `${bare}\n${comment}`;
    },
    linesBefore: 0,
  };
}

/** DuckDB's message about a statement, in the lines that the statement has without its comment. */
export function withoutCommentLines(message: string, count: number): string {
  return renumberPointer(message, (line) => Math.max(1, line - count));
}

/** A session whose statements carry a comment. */
export function commentSession(session: Session, comment: QueryComment): Session {
  return wrapStatements(session, async (sql, send) => {
    try {
      return await send(comment.add(sql));
    } catch (error) {
      if (!(error instanceof DbtError)) throw error;
      const message = withoutCommentLines(error.message, comment.linesBefore);
      throw new DbtError(error.kind, message, { cause: error });
    }
  });
}
