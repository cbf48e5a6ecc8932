import { PyDict, type Value } from "@airloom/jinja";
import type { Queryable } from "../adapter/duckdb.ts";
import { Relation, readQuoting } from "../adapter/relation.ts";
import type { RelationCache } from "../adapter/relation-cache.ts";
import type { ManifestNode, RefArgs } from "../artifacts/manifest.ts";
import type { NodeAccess } from "../context/node-access.ts";
import { quotingOf, type Workspace } from "../context/workspace.ts";
import { DbtError } from "../error.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import type { ParsedProject } from "../parse/parsed-project.ts";
import { toValueOf } from "../template/values.ts";
import { cteName } from "./inject-ctes.ts";

const CTE_POLICY = { database: false, schema: false, identifier: true };
const UNQUOTED = { database: false, schema: false, identifier: false };

/** What a node's templates reach while it runs. */
export interface RunAccessOptions {
  readonly project: ParsedProject;
  readonly node: ManifestNode;
  readonly session: Queryable;
  readonly relations: RelationCache;
  readonly selected: ReadonlySet<string>;
  readonly extra?: ReadonlyMap<string, Value>;
  /** Takes the ids of ephemeral models that the node's query uses. */
  readonly onEphemeral?: (id: string) => void;
  readonly compiledCode?: string;
}

/** The table of a node. */
export function relationOf(workspace: Workspace, node: ManifestNode): Relation {
  const { materialized } = node.config;
  return new Relation({
    database: node.database,
    schema: node.schema,
    identifier: node.alias,
    type: materialized === "view" ? "view" : "table",
    quotePolicy: quotingOf(workspace),
  });
}

function referTo(
  workspace: Workspace,
  found: ManifestNode,
  onEphemeral: ((id: string) => void) | undefined,
): Relation {
  if (found.config["materialized"] !== "ephemeral") return relationOf(workspace, found);
  onEphemeral?.(found.unique_id);
  return new Relation({
    database: null,
    schema: null,
    identifier: cteName(found.alias),
    type: "cte",
    includePolicy: CTE_POLICY,
    quotePolicy: UNQUOTED,
  });
}

function resolveRef(options: RunAccessOptions, ref: RefArgs): Relation {
  const { project, node } = options;
  const found = project.references.findRef(ref, node.package_name);
  if (found === undefined) {
    throw new DbtError(
      "Compilation",
      `${node.unique_id} depends on a node named '${ref.name}' which was not found`,
    );
  }
  const isKnown =
    node.depends_on.nodes.includes(found.unique_id) || node.resource_type === "operation";
  if (isKnown) return referTo(project.workspace, found, options.onEphemeral);
  throw new DbtError(
    "Compilation",
    `dbt was unable to infer all dependencies for the model "${node.name}": it refers to "${ref.name}" only while it runs. Add this comment to the model: -- depends_on: {{ ref('${ref.name}') }}`,
  );
}

function resolveSource(options: RunAccessOptions, sourceName: string, tableName: string): Relation {
  const { project, node } = options;
  const id = project.references.findSource(sourceName, tableName, node.package_name);
  const source = id === undefined ? undefined : project.sources.get(id);
  if (source === undefined) {
    throw new DbtError(
      "Compilation",
      `${node.unique_id} depends on a source named '${sourceName}.${tableName}' which was not found`,
    );
  }
  return new Relation({
    database: source.database,
    schema: source.schema,
    identifier: source.identifier,
    type: "table",
    quotePolicy: readQuoting(source.quoting, quotingOf(project.workspace)),
  });
}

function graphValue(project: ParsedProject): Value {
  const nodes = [...project.nodes].map(([id, { node }]): [Value, Value] => [id, toValueOf(node)]);
  const sources = [...project.sources].map(([id, source]): [Value, Value] => [
    id,
    toValueOf(source),
  ]);
  const exposures = [...project.exposures].map(([id, item]): [Value, Value] => [
    id,
    toValueOf(item),
  ]);
  const groups = [...project.groups].map(([id, item]): [Value, Value] => [id, toValueOf(item)]);
  return new PyDict([
    ["nodes", new PyDict(nodes)],
    ["sources", new PyDict(sources)],
    ["exposures", new PyDict(exposures)],
    ["groups", new PyDict(groups)],
    ["metrics", new PyDict()],
  ]);
}

const NOTHING: ReadonlyMap<string, Value> = new Map();

/** The access of a node that runs. */
export function createRunAccess(options: RunAccessOptions): NodeAccess {
  const { node, project } = options;
  let overrides: JsonObject = {};
  return {
    packageName: node.package_name,
    uniqueId: node.unique_id,
    name: node.name,
    execute: true,
    ref: (args) => resolveRef(options, args),
    source: (sourceName, tableName) => resolveSource(options, sourceName, tableName),
    configure: (values) => {
      overrides = { ...overrides, ...values };
    },
    config: (key): JsonValue | undefined => node.config[key] ?? overrides[key],
    model: () =>
      toValueOf(
        options.compiledCode === undefined
          ? node
          : { ...node, compiled_code: options.compiledCode },
      ),
    relation: relationOf(project.workspace, node),
    session: options.session,
    relations: options.relations,
    extra: options.extra ?? NOTHING,
    selected: [...options.selected],
    graph: () => graphValue(project),
    doc: () => {
      throw new DbtError("Compilation", "doc() is only possible in descriptions");
    },
  };
}
