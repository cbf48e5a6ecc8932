import type { Value } from "@airloom/jinja";
import type { ManifestNode } from "../artifacts/manifest.ts";
import { dualTemplate } from "../context/macro-registry.ts";
import { NodeContext } from "../context/node-context.ts";
import { DbtError, type SourcePlace, withPlace } from "../error.ts";
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  listOf,
  objectOf,
  renderScalar,
  textsOf,
} from "../json.ts";
import { mergeConfig } from "../project/config-tree.ts";
import type { Project } from "../project/project-file.ts";
import { renderYamlObject } from "../template/render-yaml.ts";
import { renderHint } from "../text/did-you-mean.ts";
import { renderPythonRepr } from "../text/python-repr.ts";
import { lineOf } from "../yaml/yaml-document.ts";
import { defaultConfig } from "./config-defaults.ts";
import { relationName, resolveNames } from "./node-naming.ts";
import { createCapture, createParseAccess } from "./parse-access.ts";
import { captureNode, finishConfig, projectConfigs, TEST_MACROS } from "./parse-node.ts";
import { createdAt, type ParsedNode, type ParseState } from "./parse-state.ts";
import { renderTestArguments } from "./render-test-arguments.ts";
import { readDeclaration, type TestDeclaration } from "./test-declaration.ts";
import { hashTest, nameTest } from "./test-naming.ts";

/** What a generic test is about. */
export interface TestTarget {
  readonly project: Project;
  readonly file: string;
  /** `ref('orders')` or `source('raw', 'orders')`. */
  readonly expression: string;
  /** The name inside the test's name: `orders`, `raw_orders`, `orders_v2`. */
  readonly name: string;
  readonly isSource: boolean;
  /** `models.orders`, `sources.raw`. */
  readonly fileKey: string;
  readonly attachedNode: string | null;
}

function configText(value: JsonValue): string {
  return typeof value === "string" ? `"${value.replaceAll('"', '\\"')}"` : renderPythonRepr(value);
}

function rawCodeOf(declaration: TestDeclaration, config: JsonObject): string {
  const macro = `${declaration.namespace === null ? "" : `${declaration.namespace}.`}test_${declaration.name}`;
  const configs = Object.entries(config).map(([key, value]) => `${key}=${configText(value)}`);
  const call = configs.length === 0 ? "" : `{{ config(${configs.join(",")}) }}`;
  return `{{ ${macro}(**_dbt_generic_test_kwargs) }}${call}`;
}

function checkMacro(
  state: ParseState,
  declaration: TestDeclaration,
  packageName: string,
  place: SourcePlace,
): string {
  const name = `test_${declaration.name}`;
  const qualified = declaration.namespace === null ? name : `${declaration.namespace}.${name}`;
  const { registry } = state.workspace;
  const id = registry.resolveId(qualified, packageName);
  if (id !== undefined) return id;
  const known = registry
    .names(packageName)
    .filter((other) => other.startsWith("test_"))
    .map((other) => other.slice("test_".length));
  throw new DbtError(
    "Compilation",
    `'${qualified}' is undefined: there is no generic test "${declaration.name}"${renderHint(declaration.name, known)}`,
    { place },
  );
}

/** Parses one generic test of a column or of a whole model, seed, snapshot or source. */
export function parseGenericTest(
  state: ParseState,
  target: TestTarget,
  item: JsonValue,
  options: {
    readonly column: string | undefined;
    readonly columnTags: readonly string[];
    readonly line: number | undefined;
  },
): ParsedNode {
  const line = lineOf(item) ?? options.line;
  const place: SourcePlace =
    line === undefined ? { file: target.file } : { file: target.file, line };
  try {
    return buildTest(
      state,
      target,
      renderConfig(state, target, readDeclaration(item, options.column, place), place),
      {
        ...options,
        place,
      },
    );
  } catch (error) {
    throw withPlace(error, place);
  }
}

/** Renders the configs of a declaration: `enabled: "{{ target.type == 'duckdb' }}"`. */
function renderConfig(
  state: ParseState,
  target: TestTarget,
  declaration: TestDeclaration,
  place: SourcePlace,
): TestDeclaration {
  const { environments, target: database } = state.workspace;
  const access = createParseAccess(
    {
      packageName: target.project.name,
      name: declaration.name,
      uniqueId: undefined,
      database: database.database,
      schema: database.schema,
      config: {},
      model: {},
    },
    createCapture(),
  );
  const scope = new NodeContext(state.workspace, access);
  const renderer = { environment: environments.parse, scope, file: place.file };
  return { ...declaration, config: renderYamlObject(renderer, declaration.config, [], place.line) };
}

function buildTest(
  state: ParseState,
  target: TestTarget,
  declaration: TestDeclaration,
  options: {
    readonly column: string | undefined;
    readonly columnTags: readonly string[];
    readonly place: SourcePlace;
  },
): ParsedNode {
  const { workspace } = state;
  const packageName = target.project.name;
  const macroId = checkMacro(state, declaration, packageName, options.place);
  const args: JsonObject = {
    ...declaration.args,
    model: `{{ get_where_subquery(${target.expression}) }}`,
  };
  const prefix = declaration.namespace === null ? "" : `${declaration.namespace}_`;
  const testName = `${prefix}${target.isSource ? "source_" : ""}${declaration.name}`;
  const named = nameTest(testName, target.name, args);
  const short = declaration.givenName ?? named.short;
  const full = declaration.givenName ?? named.full;
  const needsAlias = short !== full && declaration.config["alias"] === undefined;
  const config = needsAlias ? { ...declaration.config, alias: short } : declaration.config;
  const metadata: JsonObject = {
    name: declaration.name,
    kwargs: args,
    namespace: declaration.namespace,
  };
  const uniqueId = `test.${packageName}.${full}.${hashTest(full, metadata)}`;
  const folders = target.file.split("/").slice(1, -1);
  const fqn = [packageName, ...folders, full];
  const layers = projectConfigs(state, target.project, "test", fqn);
  const rawCode = rawCodeOf(declaration, config);
  const template = dualTemplate(
    workspace.environments,
    rawCode,
    target.file,
    options.place.line ?? 1,
  );
  const before = [...layers.own, config].reduce(mergeConfig, defaultConfig("test"));
  const subject = {
    packageName,
    name: full,
    uniqueId,
    database: workspace.target.database,
    schema: workspace.target.schema,
    config: before,
    model: { name: full, unique_id: uniqueId, resource_type: "test", package_name: packageName },
  };
  const capture = createCapture();
  const argumentScope = new NodeContext(workspace, createParseAccess(subject, capture));
  const kwargs = renderTestArguments(
    workspace.environments.parse,
    argumentScope,
    args,
    target.file,
  );
  const extra = new Map<string, Value>([["_dbt_generic_test_kwargs", kwargs]]);
  const rendered = captureNode(state, template, { ...subject, extra });
  const unrendered = [...layers.own, config, rendered.config, ...layers.root].reduce(
    mergeConfig,
    {},
  );
  const tagged = mergeConfig(unrendered, { tags: options.columnTags });
  const final = finishConfig("test", mergeConfig(defaultConfig("test"), tagged));
  const node = assembleTest(state, target, {
    declaration,
    uniqueId,
    fqn,
    short,
    full,
    final,
    unrendered,
    metadata,
    rawCode,
    macroId,
    column: options.column,
    refs: [...capture.refs, ...rendered.refs],
    sources: [...capture.sources, ...rendered.sources],
  });
  return { node, template, place: options.place };
}

interface TestParts {
  readonly declaration: TestDeclaration;
  readonly uniqueId: string;
  readonly fqn: readonly string[];
  readonly short: string;
  readonly full: string;
  readonly final: JsonObject;
  readonly unrendered: JsonObject;
  readonly metadata: JsonObject;
  readonly rawCode: string;
  readonly macroId: string;
  readonly column: string | undefined;
  readonly refs: ManifestNode["refs"];
  readonly sources: ManifestNode["sources"];
}

function assembleTest(state: ParseState, target: TestTarget, parts: TestParts): ManifestNode {
  const { workspace } = state;
  const packageName = target.project.name;
  const path = `${parts.short}.sql`;
  const head: JsonObject = {
    name: parts.full,
    resource_type: "test",
    package_name: packageName,
    path,
    original_file_path: target.file,
    unique_id: parts.uniqueId,
    fqn: parts.fqn,
    config: parts.final,
    tags: textsOf(parts.final["tags"]),
  };
  const names = resolveNames(workspace, parts.final, head);
  const isStored = parts.final["store_failures"] === true;
  return {
    ...names,
    name: parts.full,
    resource_type: "test",
    package_name: packageName,
    path,
    original_file_path: target.file,
    unique_id: parts.uniqueId,
    fqn: parts.fqn,
    checksum: { name: "none", checksum: "" },
    config: parts.final,
    tags: textsOf(parts.final["tags"]),
    description: parts.declaration.description,
    columns: {},
    meta: objectOf(parts.final["meta"]),
    group: null,
    docs: { show: true, node_color: null },
    patch_path: null,
    build_path: `${workspace.project.targetPath}/run/${packageName}/${target.file}/${path}`,
    unrendered_config: parts.unrendered,
    created_at: createdAt(state),
    relation_name: isStored ? relationName(workspace, names) : null,
    raw_code: parts.rawCode,
    doc_blocks: [],
    language: "sql",
    refs: uniqueBy(parts.refs, (ref) => `${ref.package ?? ""}.${ref.name}.${String(ref.version)}`),
    sources: uniqueBy(parts.sources, ([source, table]) => `${source}.${table}`),
    metrics: [],
    depends_on: {
      macros: [parts.macroId, "macro.dbt.get_where_subquery", ...TEST_MACROS],
      nodes: [],
    },
    compiled_path: null,
    contract: { enforced: false, alias_types: true, checksum: null },
    column_name: parts.column ?? null,
    file_key_name: target.fileKey,
    attached_node: target.attachedNode,
    test_metadata: {
      name: parts.declaration.name,
      kwargs: objectOf(parts.metadata["kwargs"]),
      namespace: parts.declaration.namespace,
    },
  };
}

function uniqueBy<T>(items: readonly T[], keyOf: (item: T) => string): readonly T[] {
  return [...new Map(items.map((item) => [keyOf(item), item])).values()];
}

/** Parses every test that a properties entry declares, on the whole and on its columns. */
export function parseTestsOf(
  state: ParseState,
  target: TestTarget,
  value: JsonObject,
): readonly ParsedNode[] {
  const own = [...listOf(value["data_tests"]), ...listOf(value["tests"])];
  const ofWhole = own.map((item) =>
    parseGenericTest(state, target, item, {
      column: undefined,
      columnTags: [],
      line: lineOf(value),
    }),
  );
  const ofColumns = listOf(value["columns"])
    .filter(isJsonObject)
    .flatMap((column) =>
      [...listOf(column["data_tests"]), ...listOf(column["tests"])].map((item) =>
        parseGenericTest(state, target, item, {
          column: renderScalar(column["name"]),
          columnTags: textsOf(column["tags"]),
          line: lineOf(column),
        }),
      ),
    );
  return [...ofWhole, ...ofColumns];
}
