import type { Environment } from "@airloom/jinja";
import { PyDict, type Scope, type Value } from "@airloom/jinja";
import type { ManifestNode } from "../artifacts/manifest.ts";
import { dualTemplate } from "../context/macro-registry.ts";
import { NodeContext } from "../context/node-context.ts";
import { DbtError, type SourcePlace, withPlace } from "../error.ts";
import {
  isJsonList,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  listOf,
  objectOf,
  renderScalar,
  textOf,
  textsOf,
} from "../json.ts";
import { mergeConfig } from "../project/config-tree.ts";
import type { Project } from "../project/project-file.ts";
import { hasTemplate, templateFailure } from "../template/render-yaml.ts";
import { renderHint } from "../text/did-you-mean.ts";
import { md5 } from "../text/md5.ts";
import { renderPythonRepr, renderPythonStr } from "../text/python-repr.ts";
import { lineOf } from "../yaml/yaml-document.ts";
import { defaultConfig } from "./config-defaults.ts";
import { relationName, resolveNames } from "./node-naming.ts";
import { createCapture, createParseAccess } from "./parse-access.ts";
import { captureNode, finishConfig, projectConfigs, TEST_MACROS } from "./parse-node.ts";
import { createdAt, type ParsedNode, type ParseState } from "./parse-state.ts";

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

const CONFIG_KEYS = [
  "severity",
  "tags",
  "enabled",
  "where",
  "limit",
  "warn_if",
  "error_if",
  "fail_calc",
  "store_failures",
  "store_failures_as",
  "meta",
  "database",
  "schema",
  "alias",
];

interface Declaration {
  readonly namespace: string | null;
  readonly name: string;
  readonly args: JsonObject;
  readonly config: JsonObject;
  readonly givenName: string | undefined;
  readonly description: string;
}

function fail(message: string, place: SourcePlace): never {
  throw new DbtError("Parsing", message, { place });
}

function splitDeclaration(item: JsonValue, place: SourcePlace): readonly [string, JsonObject] {
  if (typeof item === "string") return [item, {}];
  if (!isJsonObject(item))
    return fail(
      `Invalid data test: expected a name or a mapping, got "${renderScalar(item)}"`,
      place,
    );
  if (typeof item["test_name"] === "string") {
    const { test_name: name, ...rest } = item;
    return [String(name), rest];
  }
  const entries = Object.entries(item);
  const [entry] = entries;
  if (entry === undefined || entries.length !== 1) {
    return fail(
      `Invalid data test: expected one name, got ${entries.length}: ${Object.keys(item).join(", ")}`,
      place,
    );
  }
  const [name, args] = entry;
  if (args === null) return [name, {}];
  if (isJsonObject(args)) return [name, args];
  return fail(
    `Invalid arguments of test "${name}": expected a mapping, got "${renderScalar(args)}"`,
    place,
  );
}

function readDeclaration(
  item: JsonValue,
  column: string | undefined,
  place: SourcePlace,
): Declaration {
  const [fullName, given] = splitDeclaration(item, place);
  const { config: rawConfig, name, description, arguments: nested, ...inline } = given;
  const config: Record<string, JsonValue> = {};
  const args: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(inline)) {
    if (CONFIG_KEYS.includes(key)) config[key] = value;
    else args[key] = value;
  }
  if (column !== undefined) args["column_name"] = column;
  const [left = "", right] = fullName.split(".", 2);
  return {
    namespace: right === undefined ? null : left,
    name: right ?? left,
    args: { ...args, ...objectOf(nested) },
    config: orderedConfig({ ...config, ...objectOf(rawConfig) }),
    givenName: textOf(name),
    description: textOf(description) ?? "",
  };
}

function orderedConfig(config: JsonObject): JsonObject {
  const known = CONFIG_KEYS.filter((key) => config[key] !== undefined && config[key] !== null);
  const other = Object.keys(config).filter((key) => !CONFIG_KEYS.includes(key));
  return Object.fromEntries([...known, ...other].map((key) => [key, config[key] ?? null]));
}

function partsOf(value: JsonValue): readonly JsonValue[] {
  if (isJsonList(value)) return value;
  return isJsonObject(value) ? Object.values(value) : [value];
}

/** The name dbt gives a generic test, and the short form it uses where names are limited. */
export function nameTest(
  test: string,
  target: string,
  args: JsonObject,
): { readonly short: string; readonly full: string } {
  const words = Object.keys(args)
    .toSorted()
    .filter((key) => key !== "model")
    .flatMap((key) => partsOf(args[key] ?? null))
    .map((part) => renderPythonStr(part).replaceAll(/[^0-9a-zA-Z_]+/gu, "_"));
  const full = `${test}_${target}_${words.join("__")}`;
  if (full.length < 64) return { short: full, full };
  return { short: `${`${test}_${target}`.slice(0, 30)}_${md5(full)}`, full };
}

function hashable(value: JsonValue): JsonValue {
  if (isJsonList(value)) return value.map(hashable);
  if (!isJsonObject(value)) return renderPythonStr(value);
  const keys = Object.keys(value).toSorted();
  return Object.fromEntries(keys.map((key) => [key, hashable(value[key] ?? null)]));
}

/** The last part of a generic test's id. */
export function hashTest(name: string, metadata: JsonObject): string {
  return md5(name + renderPythonRepr(hashable(metadata))).slice(-10);
}

function configText(value: JsonValue): string {
  return typeof value === "string" ? `"${value.replaceAll('"', '\\"')}"` : renderPythonRepr(value);
}

function rawCodeOf(declaration: Declaration, config: JsonObject): string {
  const macro = `${declaration.namespace === null ? "" : `${declaration.namespace}.`}test_${declaration.name}`;
  const configs = Object.entries(config).map(([key, value]) => `${key}=${configText(value)}`);
  const call = configs.length === 0 ? "" : `{{ config(${configs.join(",")}) }}`;
  return `{{ ${macro}(**_dbt_generic_test_kwargs) }}${call}`;
}

const CALL = /^(?:env_var|ref|var|source|doc)\s*\(.+\)\s*$/u;
const EXPRESSION = /^\s*\{\{-?(?<expression>(?:(?!\}\}|\{\{)[\s\S])*?)-?\}\}\s*$/u;

function expressionOf(text: string): string | undefined {
  return CALL.test(text) ? text : EXPRESSION.exec(text)?.groups?.["expression"];
}

/** Renders the arguments of a generic test; `ref(…)` and the like become what they mean. */
export function renderTestArguments(
  environment: Environment,
  scope: Scope,
  args: JsonObject,
  file: string,
): PyDict {
  const render = (value: JsonValue): Value => {
    if (isJsonList(value)) return value.map(render);
    if (isJsonObject(value))
      return new PyDict(Object.entries(value).map(([key, item]) => [key, render(item)]));
    if (typeof value !== "string") return value;
    const expression = expressionOf(value);
    if (expression === undefined) {
      return hasTemplate(value) ? environment.compile(value, { file }).render(scope) : value;
    }
    const template = environment.compile(`{% set value = (${expression}) %}`, { file });
    return template.module(scope).exports.get("value") ?? null;
  };
  try {
    return new PyDict(Object.entries(args).map(([key, value]) => [key, render(value)]));
  } catch (error) {
    throw templateFailure(error);
  }
}

function checkMacro(
  state: ParseState,
  declaration: Declaration,
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
    return buildTest(state, target, readDeclaration(item, options.column, place), {
      ...options,
      place,
    });
  } catch (error) {
    throw withPlace(error, place);
  }
}

function buildTest(
  state: ParseState,
  target: TestTarget,
  declaration: Declaration,
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
  readonly declaration: Declaration;
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
    relation_name: isStored ? relationName(names) : null,
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
