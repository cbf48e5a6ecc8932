import type { Exposure } from "../artifacts/manifest.ts";
import { dualTemplate } from "../context/macro-registry.ts";
import { objectOf, textOf, textsOf } from "../json.ts";
import type { Project } from "../project/project-file.ts";
import { createDescriptionRenderer } from "./descriptions.ts";
import { captureNode } from "./parse-node.ts";
import { createdAt, type ParseState, placeOf } from "./parse-state.ts";
import type { Properties } from "./read-properties.ts";

/** Parses one exposure; its dependencies are written as `ref('x')` and `source('x', 'y')`. */
export function parseExposure(state: ParseState, project: Project, entry: Properties): Exposure {
  const { value } = entry;
  const config = objectOf(value["config"]);
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
  const tags = [...textsOf(value["tags"]), ...textsOf(config["tags"])];
  const meta = { ...objectOf(value["meta"]), ...objectOf(config["meta"]) };
  const inner = entry.file.split("/").slice(1);
  return {
    name: entry.name,
    resource_type: "exposure",
    package_name: project.name,
    path: inner.join("/"),
    original_file_path: entry.file,
    unique_id: uniqueId,
    fqn: [project.name, ...inner.slice(0, -1), entry.name],
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
