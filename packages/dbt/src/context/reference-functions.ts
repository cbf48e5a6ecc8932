import { type HostObject, type Kwargs, PyDict, type Value } from "@airloom/jinja";
import { DbtError } from "../error.ts";
import type { Project } from "../project/project-file.ts";
import { describeTarget } from "../project/target-object.ts";
import { renderText, toValue } from "../template/values.ts";
import type { NodeContext } from "./node-context.ts";
import { recordObject } from "./record-object.ts";

/** dbt's configuration of a project, as far as packages read it. */
function createRuntimeConfig(context: NodeContext, project: Project): Value {
  const { packages, target, cliVars } = context.workspace;
  const values = new Map<string, Value>([
    ["project_name", project.name],
    ["project_root", project.root],
    ["version", project.version],
    ["profile_name", target.profileName],
    ["target_name", target.targetName],
    ["threads", target.threads],
    ["target_path", project.targetPath],
    ["cli_vars", toValue(cliVars)],
    ["credentials", describeTarget(target)],
  ]);
  const find = (name: string): Value | undefined =>
    name === "dependencies"
      ? new PyDict([...packages].map(([key, each]) => [key, createRuntimeConfig(context, each)]))
      : values.get(name);
  return recordObject("RuntimeConfig", find);
}

type Call = (args: readonly Value[], kwargs: Kwargs) => Value;

/** A function with the attributes that dbt's `ref` and `source` have. */
function withAttributes(context: NodeContext, name: string, call: Call): HostObject {
  const find = (attribute: string): Value | undefined => {
    switch (attribute) {
      case "config":
        return createRuntimeConfig(context, context.workspace.project);
      case "model":
        return context.node.model();
      case "current_project":
        return context.workspace.project.name;
      default:
        return undefined;
    }
  };
  return { ...recordObject(name, find), call };
}

/** dbt's `ref`. */
export function createRef(context: NodeContext): HostObject {
  return withAttributes(context, "ref", (args, kwargs) => {
    const version = kwargs.get("v") ?? kwargs.get("version") ?? null;
    if (args.length < 1 || args.length > 2) {
      throw new DbtError("Compilation", `ref() takes one or two names, got ${args.length}`);
    }
    const names = args.map(renderText);
    const [packageName, name] = names.length === 2 ? names : [null, names[0]];
    return context.node.ref({
      name: name ?? "",
      package: packageName ?? null,
      version: typeof version === "number" || version === null ? version : renderText(version),
    });
  });
}

/** dbt's `source`. */
export function createSource(context: NodeContext): HostObject {
  return withAttributes(context, "source", (args) => {
    const [source, table] = args;
    if (args.length !== 2 || source === undefined || table === undefined) {
      throw new DbtError(
        "Compilation",
        `source() takes the names of a source and a table, got ${args.length} arguments`,
      );
    }
    return context.node.source(renderText(source), renderText(table));
  });
}
