import { callable, type Value } from "@airloom/jinja";
import { NodeContext } from "../context/node-context.ts";
import { findVar, type Workspace } from "../context/workspace.ts";
import { bindArguments } from "../template/bind-arguments.ts";
import type { YamlRenderer } from "../template/render-yaml.ts";
import { renderText, toValue } from "../template/values.ts";
import { createCapture, createParseAccess } from "./parse-access.ts";

/** As in dbt, a variable that is a template is not rendered where a YAML file uses it. */
function createPlainVar(
  workspace: Workspace,
  entry: { readonly packageName: string; readonly name: string },
): Value {
  return callable((args, kwargs) => {
    const [name = null, fallback] = bindArguments("var", ["name", "default"], args, kwargs);
    const value = findVar(workspace, entry.packageName, renderText(name));
    if (value !== undefined) return toValue(value);
    return fallback ?? null;
  }, "var");
}

/** What the values of an entry in a properties file are rendered with. */
export function createPropertiesRenderer(
  workspace: Workspace,
  entry: { readonly packageName: string; readonly name: string; readonly file: string },
  keeps: (path: readonly string[]) => boolean = () => false,
): YamlRenderer {
  const { environments, target } = workspace;
  const access = createParseAccess(
    {
      packageName: entry.packageName,
      name: entry.name,
      uniqueId: undefined,
      database: target.database,
      schema: target.schema,
      config: {},
      model: {},
      extra: new Map([["var", createPlainVar(workspace, entry)]]),
    },
    createCapture(),
  );
  const scope = new NodeContext(workspace, access);
  return { environment: environments.parse, scope, file: entry.file, keeps };
}
