import type { Value } from "@airloom/jinja";
import { quoteIdentifier } from "../adapter/relation.ts";
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
import { renderYamlObject } from "../template/render-yaml.ts";
import { renderHint } from "../text/did-you-mean.ts";
import { renderPythonRepr } from "../text/python-repr.ts";
import { lineOf } from "../yaml/yaml-document.ts";
import { assembleTest, type TestTarget } from "./assemble-generic-test.ts";
import { defaultConfig } from "./config-defaults.ts";
import { createCapture, createParseAccess } from "./parse-access.ts";
import { captureNode, finishConfig, projectConfigs } from "./parse-node.ts";
import type { ParsedNode, ParseState } from "./parse-state.ts";
import { createPropertiesRenderer } from "./properties-renderer.ts";
import { renderTestArguments } from "./render-test-arguments.ts";
import { readDeclaration, type TestDeclaration } from "./test-declaration.ts";
import { hashTest, nameTest } from "./test-naming.ts";

function configText(value: JsonValue): string {
  return typeof value === "string" ? `"${value.replaceAll('"', '\\"')}"` : renderPythonRepr(value);
}

function rawCodeOf(declaration: TestDeclaration, config: JsonObject): string {
  const macro = `${declaration.namespace === null ? "" : `${declaration.namespace}.`}test_${declaration.name}`;
  const configs = Object.entries(config).map(([key, value]) => `${key}=${configText(value)}`);
  const call = configs.length === 0 ? "" : `{{ config(${configs.join(",")}) }}`;
  return `{{ ${macro}(**_dbt_generic_test_kwargs) }}${call}`;
}

// As in dbt, these are rendered first when they run: they refer to what they test and to nothing else.
const PLAIN_TESTS: ReadonlySet<string> = new Set([
  "macro.dbt.test_not_null",
  "macro.dbt.test_unique",
]);

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
  const { project, file } = target;
  const entry = { packageName: project.name, name: declaration.name, file };
  const config = renderYamlObject(
    createPropertiesRenderer(state.workspace, entry),
    declaration.config,
    [],
    place.line,
  );
  return { ...declaration, config };
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
  const isPlain = PLAIN_TESTS.has(macroId);
  const kwargs = renderTestArguments(
    workspace.environments.parse,
    argumentScope,
    isPlain ? { model: args["model"] ?? null } : args,
    target.file,
  );
  const extra = new Map<string, Value>([["_dbt_generic_test_kwargs", kwargs]]);
  const rendered = isPlain
    ? { ...createCapture(), config }
    : captureNode(state, template, { ...subject, extra });
  const unrendered = [...layers.own, config, rendered.config, ...layers.root].reduce(
    mergeConfig,
    {},
  );
  const final = finishConfig("test", mergeConfig(defaultConfig("test"), unrendered));
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
    inheritedTags: [...target.tags, ...options.columnTags],
    refs: [...capture.refs, ...rendered.refs],
    sources: [...capture.sources, ...rendered.sources],
  });
  return { node, template, place: options.place };
}

/** The name as the test's query writes it. */
function columnName(column: JsonObject): string {
  const name = renderScalar(column["name"]);
  return column["quote"] === true ? quoteIdentifier(name) : name;
}

/** The tags of a column, which its tests get. */
function tagsOfColumn(column: JsonObject): readonly string[] {
  return [...new Set([...textsOf(column["tags"]), ...textsOf(objectOf(column["config"])["tags"])])];
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
          column: columnName(column),
          columnTags: tagsOfColumn(column),
          line: lineOf(column),
        }),
      ),
    );
  return [...ofWhole, ...ofColumns];
}
