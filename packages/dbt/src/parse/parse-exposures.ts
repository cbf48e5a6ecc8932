import type { Exposure } from "../artifacts/manifest.ts";
import { dualTemplate } from "../context/macro-registry.ts";
import { type JsonObject, objectOf, textOf, textsOf } from "../json.ts";
import { levelsOf, mergeConfig } from "../project/config-tree.ts";
import type { Project } from "../project/project-file.ts";
import { createDescriptionRenderer } from "./descriptions.ts";
import { captureNode } from "./parse-node.ts";
import { createdAt, type ParseState, placeOf } from "./parse-state.ts";
import type { Properties } from "./read-properties.ts";

/** What counts as the config of an exposure: that of its package, then its own, then the root project's. */
function configOf(
  state: ParseState,
  project: Project,
  fqn: readonly string[],
  value: JsonObject,
): JsonObject {
  const { project: root } = state.workspace;
  const layers = [
    ...levelsOf(project.configs.exposures, fqn),
    { tags: value["tags"] ?? [], meta: value["meta"] ?? {} },
    objectOf(value["config"]),
    ...(project === root ? [] : levelsOf(root.configs.exposures, fqn)),
  ];
  return layers.reduce(mergeConfig, {});
}

/** Parses one exposure; its dependencies are written as `ref('x')` and `source('x', 'y')`. */
export function parseExposure(state: ParseState, project: Project, entry: Properties): Exposure {
  const { value } = entry;
  const uniqueId = `exposure.${project.name}.${entry.name}`;
  const { target, environments } = state.workspace;
  const code = textsOf(value["depends_on"]).map((text) =>
    text.includes("{{") ? text : `{{ ${text} }}`,
  );
  const template = dualTemplate(environments, code.join("\n"), entry.file, entry.line ?? 1);
  const capture = captureNode(state, template, {
    packageName: project.name,
    name: entry.name,
    uniqueId,
    database: target.database,
    schema: target.schema,
    config: {},
    model: {},
  });
  const render = createDescriptionRenderer(state, project.name, placeOf(entry));
  const inner = entry.file.split("/").slice(1);
  const fqn = [project.name, ...inner.slice(0, -1), entry.name];
  const config = configOf(state, project, fqn, value);
  const tags = textsOf(config["tags"]);
  const meta = objectOf(config["meta"]);
  return {
    name: entry.name,
    resource_type: "exposure",
    package_name: project.name,
    path: inner.join("/"),
    original_file_path: entry.file,
    unique_id: uniqueId,
    fqn,
    type: textOf(value["type"]) ?? "dashboard",
    owner: { name: null, ...objectOf(value["owner"]) },
    description: render(textOf(value["description"]) ?? "").text,
    label: textOf(value["label"]) ?? null,
    maturity: textOf(value["maturity"]) ?? null,
    meta,
    tags,
    config: { enabled: config["enabled"] !== false, tags, meta },
    unrendered_config: config,
    url: textOf(value["url"]) ?? null,
    depends_on: { macros: [], nodes: [] },
    refs: capture.refs,
    sources: capture.sources,
    metrics: [],
    created_at: createdAt(state),
  };
}
