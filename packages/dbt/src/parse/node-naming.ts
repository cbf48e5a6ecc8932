import { type Awaitable, type Value } from "@airloom/jinja";
import { Relation } from "../adapter/relation.ts";
import { NodeContext } from "../context/node-context.ts";
import { quotingOf, type Workspace } from "../context/workspace.ts";
import { DbtError } from "../error.ts";
import type { JsonObject } from "../json.ts";
import { renderScalar } from "../json.ts";
import { templateFailure } from "../template/render-yaml.ts";
import { renderText, toValue } from "../template/values.ts";
import { createCapture, createParseAccess } from "./parse-access.ts";

/** The name of a node's table. */
export interface NodeNames {
  readonly database: string;
  readonly schema: string;
  readonly alias: string;
}

function textNow(value: Awaitable<Value>): string {
  if (value instanceof Promise)
    throw new DbtError("Compilation", "A naming macro may not use the database");
  return renderText(value).trim();
}

/** Asks the naming macros, which projects may override, for database, schema and alias of a node. */
export function resolveNames(
  workspace: Workspace,
  config: JsonObject,
  node: JsonObject,
): NodeNames {
  const { target } = workspace;
  const access = createParseAccess(
    {
      // As in dbt, a package's own naming macro is for its own nodes, else the root project's counts.
      packageName: renderScalar(node["package_name"]),
      name: renderScalar(node["name"]),
      uniqueId: renderScalar(node["unique_id"]),
      database: target.database,
      schema: target.schema,
      config,
      model: node,
    },
    createCapture(),
  );
  const context = new NodeContext(workspace, access);
  const model = toValue(node);
  const ask = (macro: string, key: string): string => {
    try {
      return textNow(context.call(macro, [toValue(config[key] ?? null), model]));
    } catch (error) {
      throw templateFailure(error);
    }
  };
  const isSnapshot = node["resource_type"] === "snapshot";
  const targetSchema = isSnapshot ? config["target_schema"] : null;
  return {
    database: ask("generate_database_name", "database"),
    schema: typeof targetSchema === "string" ? targetSchema : ask("generate_schema_name", "schema"),
    alias: ask("generate_alias_name", "alias"),
  };
}

/** The full name of a node's table as SQL. */
export function relationName(workspace: Workspace, names: NodeNames): string {
  const { database, schema, alias } = names;
  const quotePolicy = quotingOf(workspace);
  return new Relation({ database, schema, identifier: alias, quotePolicy }).render();
}
